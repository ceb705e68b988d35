use trace_runtime::step;

fn main() {
    step!("render", 1 + 1);
}
