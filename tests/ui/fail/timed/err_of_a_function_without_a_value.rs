use trace_runtime::timed;

#[timed(err = .0)]
fn load() {}

fn main() {
    load();
}
