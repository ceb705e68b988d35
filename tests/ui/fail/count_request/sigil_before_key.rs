use trace_runtime::count_request;

fn main() {
    let n = 7;
    count_request!(?n);
}
