use trace_runtime::timed;

#[timed]
#[timed]
fn load() {}

fn main() {
    load();
}
