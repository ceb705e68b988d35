use trace_runtime::step;

fn main() {
    step!("render", colour = "red", { 1 });
}
