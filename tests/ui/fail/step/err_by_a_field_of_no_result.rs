use trace_runtime::step;

fn main() {
    step!("parse", err = .0, { 7 });
}
