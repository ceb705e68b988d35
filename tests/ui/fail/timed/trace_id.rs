use trace_runtime::timed;

#[timed(trace_id = "x")]
fn load() {}

fn main() {
    load();
}
