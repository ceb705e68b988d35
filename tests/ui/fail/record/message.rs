use trace_runtime::record;

fn main() {
    record!("found some");
}
