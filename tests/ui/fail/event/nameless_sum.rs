use trace_runtime::info;

fn main() {
    let rows = 1;
    info!(rows + 1, "asked");
}
