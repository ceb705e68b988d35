use trace_runtime::timed;

#[timed(fields(x = ))]
fn load() {}

fn main() {
    load();
}
