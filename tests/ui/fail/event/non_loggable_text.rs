use trace_runtime::info;

struct Failure;

fn main() {
    info!(error = Failure, "giving up");
}
