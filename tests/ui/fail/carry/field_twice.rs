use trace_runtime::carry;

fn main() {
    carry!(user_id = 1, user_id = 2);
}
