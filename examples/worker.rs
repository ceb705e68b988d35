//! A background worker: no HTTP, jobs from a channel, a trace for each job.
//!
//! ```sh
//! cargo run --example worker
//! ```
//!
//! Look for: three traces. The order is one, and each of its two jobs is one
//! of its own, with a request line that names its origin. A job also
//! carries the context of the order, so `printed` is in the order's
//! trace, although its request line has long been written.

use std::time::Duration;

use tokio::{sync::mpsc, time::sleep};
use trace_runtime::{Context, info, timed, traced_handler};

struct Job {
    page: u32,
    asked_by: Context,
}

#[traced_handler(trace_id = "order-7")]
async fn order(jobs: mpsc::Sender<Job>) -> Result<(), mpsc::error::SendError<Job>> {
    for page in 1..=2 {
        info!(page, "ordered");
        jobs.send(Job { page, asked_by: Context::current() }).await?;
    }
    Ok(())
}

#[traced_handler(fields(page = job.page, asked_by = job.asked_by.trace_id()))]
async fn print(job: Job) {
    heat_up().await;
    job.asked_by.run(|| info!(page = job.page, "printed"));
}

#[timed]
async fn heat_up() {
    sleep(Duration::from_millis(5)).await;
}

async fn work(mut jobs: mpsc::Receiver<Job>) {
    while let Some(job) = jobs.recv().await {
        print(job).await;
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    trace_runtime::init()?;
    let (jobs, queue) = mpsc::channel(8);
    order(jobs).await?;
    // Started outside any trace, the worker belongs to none. From inside
    // a handler: `Context::none().scope(work(queue))`.
    tokio::spawn(work(queue)).await?;
    Ok(())
}
