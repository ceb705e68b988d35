use trace_runtime::timed;

#[timed(level = "info" name = "a")]
fn load() {}

fn main() {
    load();
}
