use trace_runtime::timed;

#[timed(name = 5)]
fn load() {}

fn main() {
    load();
}
