use trace_runtime::step;

fn main() {
    step!("render", levl = "debug", { 1 });
}
