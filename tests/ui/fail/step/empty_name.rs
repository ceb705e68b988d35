use trace_runtime::step;

fn main() {
    step!("", { 1 });
}
