use std::future::{self, Future};

use trace_runtime::timed;

#[timed]
fn load() -> Box<dyn Future<Output = u8> + Unpin> {
    Box::new(future::ready(1))
}

fn main() {
    let _ = load();
}
