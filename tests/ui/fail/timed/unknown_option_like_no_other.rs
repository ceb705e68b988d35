use trace_runtime::timed;

#[timed(foo)]
fn load() {}

fn main() {
    load();
}
