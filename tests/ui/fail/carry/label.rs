use trace_runtime::carry;

fn main() {
    carry!(target: "x", user_id = 1);
}
