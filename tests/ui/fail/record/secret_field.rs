use trace_runtime::record_request;

fn main() {
    let token = "";
    record_request!(token);
}
