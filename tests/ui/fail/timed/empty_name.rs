use trace_runtime::timed;

#[timed(name = "")]
fn load() {}

fn main() {
    load();
}
