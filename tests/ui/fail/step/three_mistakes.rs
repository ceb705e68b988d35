use trace_runtime::step;

fn main() {
    step!("render", levl = "debug", slow = "1h", fields(name = 1), { 1 });
}
