use trace_runtime::record_request;

fn main() {
    record_request!(Error = "no");
}
