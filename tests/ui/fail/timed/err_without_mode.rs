use trace_runtime::timed;

#[timed(err)]
fn load() {}

fn main() {
    load();
}
