use trace_runtime::step;

fn main() {
    step!("render", stream = );
}
