use tokio::task::{self, JoinHandle};
use trace_runtime::timed;

#[timed]
fn start() -> JoinHandle<()> {
    task::spawn(async {})
}

fn main() {
    let _ = start();
}
