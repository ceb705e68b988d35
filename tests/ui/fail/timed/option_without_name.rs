use trace_runtime::timed;

#[timed("load")]
fn load() {}

fn main() {
    load();
}
