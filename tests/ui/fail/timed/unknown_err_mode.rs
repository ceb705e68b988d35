use trace_runtime::timed;

#[timed(err = pretty)]
fn load() {}

fn main() {
    load();
}
