use tokio::task::{self, JoinHandle};
use trace_runtime::timed;

#[timed]
fn start() -> Result<Vec<JoinHandle<()>>, String> {
    Ok(vec![task::spawn(async {})])
}

fn main() {
    let _ = start();
}
