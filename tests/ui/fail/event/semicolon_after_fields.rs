use trace_runtime::info;

fn main() {
    info!(user_id = 1; "asked");
}
