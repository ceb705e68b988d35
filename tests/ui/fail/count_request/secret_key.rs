use trace_runtime::count_request;

fn main() {
    count_request!(token += 7);
}
