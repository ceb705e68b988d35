use trace_runtime::timed;

#[timed(fields("a b" = 1))]
fn load() {}

fn main() {
    load();
}
