use trace_runtime::count_request;

fn main() {
    count_request!(level, bytes = 7, hits hits);
}
