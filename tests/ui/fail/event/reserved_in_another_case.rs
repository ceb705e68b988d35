use trace_runtime::info;

fn main() {
    info!(Level = 3);
}
