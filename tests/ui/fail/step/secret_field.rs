use trace_runtime::step;

fn main() {
    let password = "";
    step!("render", fields(?password), { 1 });
}
