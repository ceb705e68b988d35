use trace_runtime::record;

fn main() {
    record!(rows = 1, rows = 2, level = 3, "text");
}
