use trace_runtime::step;

fn main() {
    struct User;
    let user = User;
    step!("render", fields(user), { 1 });
}
