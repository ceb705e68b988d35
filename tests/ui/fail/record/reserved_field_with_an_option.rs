use trace_runtime::record;

fn main() {
    record!(name = "x");
}
