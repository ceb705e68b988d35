use trace_runtime::info;

fn main() {
    let order = 7;
    info!(order = &order as &dyn Send);
}
