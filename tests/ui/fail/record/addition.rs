use trace_runtime::record;

fn main() {
    record!(rows += 1);
}
