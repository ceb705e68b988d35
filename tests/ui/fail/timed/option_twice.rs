use trace_runtime::timed;

#[timed(name = "a", level = "info", name = "b")]
fn load() {}

fn main() {
    load();
}
