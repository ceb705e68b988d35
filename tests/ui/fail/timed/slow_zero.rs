use trace_runtime::timed;

#[timed(slow = "0ms")]
fn load() {}

fn main() {
    load();
}
