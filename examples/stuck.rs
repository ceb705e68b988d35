//! Three requests that never end, each stuck in its own way, and the lines that
//! say where.
//!
//! ```sh
//! cargo run --example stuck
//! ```
//!
//! Look for: `step`. One request awaits what never comes, one waits for a thread
//! that blocks, and one spins, so that its worker does nothing else. A thread of
//! the runtime's own reports each when it has been running for a second; it would
//! again after two, four and eight.

use std::{future::pending, process, thread, time::Duration};

use tokio::runtime::Runtime;
use trace_runtime::{OpenStep, in_flight, spawn_blocking, timed, traced_handler};

#[traced_handler(fields(user_id))]
async fn get_messages(user_id: u32) {
    fetch(user_id).await;
}

#[timed]
async fn fetch(_: u32) {
    connect().await;
}

/// The pool of connections has none left.
#[timed]
async fn connect() {
    pending::<()>().await;
}

#[traced_handler]
async fn upload() {
    let _ = spawn_blocking(resize).await;
}

#[timed]
fn resize() {
    loop {
        thread::park();
    }
}

#[traced_handler]
async fn search() {
    rank();
}

#[timed]
fn rank() {
    loop {
        std::hint::spin_loop();
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    trace_runtime::builder().watch(Duration::from_secs(1)).init()?;
    let runtime = Runtime::new()?;
    runtime.spawn(get_messages(42));
    wait_for("connect");
    runtime.spawn(upload());
    wait_for("resize");
    runtime.spawn(search());
    while trace_runtime::stats().lines_written < 3 {
        thread::sleep(Duration::from_millis(5));
    }
    process::exit(0) // a runtime would wait for them
}

/// Waits until a request is in a step.
fn wait_for(step: &str) {
    let is_in = || in_flight().iter().any(|open| open.step().map(OpenStep::name) == Some(step));
    while !is_in() {
        thread::sleep(Duration::from_millis(1));
    }
}
