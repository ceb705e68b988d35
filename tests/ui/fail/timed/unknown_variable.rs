use trace_runtime::timed;

#[timed(fields(nope))]
fn load() {}

fn main() {
    load();
}
