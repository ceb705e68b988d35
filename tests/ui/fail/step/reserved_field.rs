use trace_runtime::step;

fn main() {
    step!("render", fields(name = 1), { 1 });
}
