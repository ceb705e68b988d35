use std::rc::Rc;

use trace_runtime::timed;

#[timed]
async fn load(id: u64) -> u64 {
    let shared = Rc::new(id);
    tokio::task::yield_now().await;
    *shared
}

fn main() {
    tokio::spawn(load(1));
}
