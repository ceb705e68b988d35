use trace_runtime::step;

fn main() {
    step!(level = "debug", { 1 });
}
