use trace_runtime::step;

fn main() {
    step!("render", trace_id = "x", { 1 });
}
