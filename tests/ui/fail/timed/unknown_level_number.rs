use trace_runtime::timed;

#[timed(level = 9)]
fn load() {}

fn main() {
    load();
}
