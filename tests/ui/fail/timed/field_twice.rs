use trace_runtime::timed;

#[timed(fields(a = 1, a = 2))]
fn load() {}

fn main() {
    load();
}
