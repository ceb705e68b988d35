use trace_runtime::timed;

#[timed]
const fn load() {}

fn main() {
    load();
}
