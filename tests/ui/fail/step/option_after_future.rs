use trace_runtime::step;

fn main() {
    step!("render", async { 1 }, level = "debug");
}
