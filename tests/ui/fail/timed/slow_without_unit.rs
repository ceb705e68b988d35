use trace_runtime::timed;

#[timed(slow = "250")]
fn load() {}

fn main() {
    load();
}
