//! Leaving the task without losing the trace.
//!
//! ```sh
//! cargo run --example crossings
//! ```
//!
//! Look for: one `trace_id` on every line but the one that says `lost`. Work
//! that leaves the task by tokio's or std's own means takes no trace along.

use std::{error::Error, thread};

use tokio::task::JoinSet;
use trace_runtime::{Context, InCurrentTrace as _, info, timed, traced_handler};

#[traced_handler]
async fn cross() -> Result<(), Box<dyn Error + Send + Sync>> {
    // To another task, and to a thread for blocking work: these two take the
    // trace along by themselves.
    trace_runtime::spawn(step("spawn")).await?;
    trace_runtime::spawn_blocking(|| info!("spawn_blocking")).await?;

    // To anything else that takes a future.
    let mut tasks = JoinSet::new();
    tasks.spawn(step("join set").in_current_trace());
    tasks.join_all().await;

    // To anything that takes a closure, or a message.
    let here = Context::current();
    let thread = thread::spawn(move || here.run(|| info!("thread")));
    thread.join().map_err(|_| "the thread panicked")?;

    // And what is left behind when none of these is used.
    tokio::spawn(async { info!("lost") }).await?;
    Ok(())
}

#[timed(fields(by))]
async fn step(by: &'static str) {
    info!("{by}");
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    trace_runtime::init()?;
    cross().await
}
