use trace_runtime::info;

fn main() {
    info!(user id = 1);
}
