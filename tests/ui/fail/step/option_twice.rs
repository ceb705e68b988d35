use trace_runtime::step;

fn main() {
    step!("render", level = "debug", level = "info", { 1 });
}
