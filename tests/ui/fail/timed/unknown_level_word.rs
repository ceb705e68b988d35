use trace_runtime::timed;

#[timed(level = "loud")]
fn load() {}

fn main() {
    load();
}
