use trace_runtime::timed;

#[timed(crate = "trace_runtime")]
fn load() {}

fn main() {
    load();
}
