use trace_runtime::carry;

fn main() {
    carry!(path = "/x");
}
