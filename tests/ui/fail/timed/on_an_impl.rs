use trace_runtime::timed;

struct Order;

#[timed]
impl Order {
    fn load() {}
}

fn main() {
    Order::load();
}
