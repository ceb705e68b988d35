use trace_runtime::timed;

#[timed(fields(1 + 1))]
fn load() {}

fn main() {
    load();
}
