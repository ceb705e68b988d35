use trace_runtime::info;

fn main() {
    let x = "";
    info!(%x.len());
}
