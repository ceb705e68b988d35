use trace_runtime::timed;

struct Order;

#[timed(fields(order = order))]
fn load(order: &Order) {
    let _ = order;
}

fn main() {
    load(&Order);
}
