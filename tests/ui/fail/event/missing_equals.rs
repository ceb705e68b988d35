use trace_runtime::info;

fn main() {
    info!(peer "curl", "asked");
}
