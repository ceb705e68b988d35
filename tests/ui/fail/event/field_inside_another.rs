use trace_runtime::info;

fn main() {
    info!(a.b = 1, a = 2);
}
