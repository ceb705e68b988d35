use trace_runtime::count_request;

fn main() {
    count_request!(waited += std::time::Duration::from_millis(7));
}
