use trace_runtime::info;

fn main() {
    info!(a = 1, a = 2);
}
