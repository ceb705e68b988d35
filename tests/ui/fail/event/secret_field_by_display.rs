use trace_runtime::info;

fn main() {
    let token = "";
    info!(%token);
}
