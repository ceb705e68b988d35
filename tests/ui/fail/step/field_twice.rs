use trace_runtime::step;

fn main() {
    step!("render", fields(a = 1, a = 2), { 1 });
}
