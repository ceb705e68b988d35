use trace_runtime::timed;

#[timed(skip_all)]
fn load() {}

fn main() {
    load();
}
