use trace_runtime::info;

fn main() {
    info!(name: "x", "msg");
}
