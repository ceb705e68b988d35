use trace_runtime::step;

fn main() {
    step!("render", fields(a = 1) { 1 });
}
