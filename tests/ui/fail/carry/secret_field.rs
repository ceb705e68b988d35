use trace_runtime::carry;

fn main() {
    let token = "hunter2";
    carry!(token);
}
