use trace_runtime::timed;

#[timed(fields = id)]
fn load() {}

fn main() {
    load();
}
