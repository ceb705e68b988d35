use trace_runtime::timed;

#[timed(levl = "info")]
fn load() {}

fn main() {
    load();
}
