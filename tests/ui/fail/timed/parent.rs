use trace_runtime::timed;

#[timed(target = "x", parent = root)]
fn load() {}

fn main() {
    load();
}
