use trace_runtime::info;

fn main() {
    let order: Option<()> = None;
    info!(order = %order);
}
