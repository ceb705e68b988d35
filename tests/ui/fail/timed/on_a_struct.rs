use trace_runtime::timed;

#[timed]
struct Order;

fn main() {
    let _ = Order;
}
