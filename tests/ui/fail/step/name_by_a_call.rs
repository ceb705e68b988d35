use trace_runtime::step;

fn main() {
    step!(name(), { 1 });
}
