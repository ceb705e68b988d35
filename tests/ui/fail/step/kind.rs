fn main() {
    trace_runtime::step!("sweep", kind = "job", {});
}
