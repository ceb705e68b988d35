use trace_runtime::record;

fn main() {
    struct Row;
    let row = Row;
    record!(row);
}
