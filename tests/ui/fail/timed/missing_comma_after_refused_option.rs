use trace_runtime::timed;

#[timed(skip_all name = "a")]
fn load() {}

fn main() {
    load();
}
