use trace_runtime::record;

fn main() {
    let password = "";
    record!(user.password = %password);
}
