use trace_runtime::info;

fn main() {
    info!(a = , timestamp = 1, "msg");
}
