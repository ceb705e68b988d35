use trace_runtime::record;

fn main() {
    record!(db = 1, db.rows = 2);
}
