use trace_runtime::step;

fn main() {
    step!("render", level = "loud", { 1 });
}
