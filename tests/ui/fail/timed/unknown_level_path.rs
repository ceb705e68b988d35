use trace_runtime::timed;

#[timed(level = trace_runtime::Level::LOUD)]
fn load() {}

fn main() {
    load();
}
