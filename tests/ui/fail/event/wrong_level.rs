use trace_runtime::event;

fn main() {
    event!("info", "msg");
}
