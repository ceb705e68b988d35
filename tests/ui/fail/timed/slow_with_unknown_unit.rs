use trace_runtime::timed;

#[timed(slow = "1.5s")]
fn load() {}

fn main() {
    load();
}
