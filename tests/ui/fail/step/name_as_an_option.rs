use trace_runtime::step;

fn main() {
    step!("render", name = "other", { 1 });
}
