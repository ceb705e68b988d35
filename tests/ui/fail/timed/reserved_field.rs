use trace_runtime::timed;

#[timed(fields(trace_id = 1))]
fn load() {}

fn main() {
    load();
}
