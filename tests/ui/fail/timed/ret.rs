use trace_runtime::timed;

#[timed(ret)]
fn load() {}

fn main() {
    load();
}
