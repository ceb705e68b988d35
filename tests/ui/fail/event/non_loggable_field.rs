use trace_runtime::info;

fn main() {
    struct Order;
    let order = Order;
    info!(order);
}
