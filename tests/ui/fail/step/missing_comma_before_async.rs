use trace_runtime::step;

fn main() {
    step!("render", level = "debug" async { 1 });
}
