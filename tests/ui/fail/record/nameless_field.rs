use trace_runtime::record;

fn main() {
    let rows = [1];
    record!(rows.len());
}
