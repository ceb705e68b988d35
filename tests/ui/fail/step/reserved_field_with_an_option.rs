use trace_runtime::step;

fn main() {
    step!("render", fields(level = 1), { 1 });
}
