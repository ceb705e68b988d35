use trace_runtime::timed;

#[timed(foo, level = "loud", name = "")]
fn load() {}

fn main() {
    load();
}
