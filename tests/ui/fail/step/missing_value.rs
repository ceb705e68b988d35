use trace_runtime::step;

fn main() {
    step!("render", slow = , { 1 });
}
