use trace_runtime::info;

fn main() {
    info!(status = 200, "answered");
}
