use trace_runtime::step;

fn main() {
    step!("load", carry(user_id = 1), { 7 });
}
