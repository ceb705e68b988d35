//! The least there is: a handler, a step of it, an event.
//!
//! ```sh
//! cargo run --example hello
//! ```
//!
//! Look for: three lines with one `trace_id`, which was passed to no function. The
//! event and the step line share a `span_id`, since the event was written
//! inside the step; its `parent_span_id` is the `span_id` of the last line,
//! the request line.

use trace_runtime::{info, timed, traced_handler};

#[traced_handler(fields(guest))]
async fn greet(guest: &str) -> usize {
    let greeting = compose(guest).await;
    greeting.len()
}

#[timed]
async fn compose(guest: &str) -> String {
    let greeting = format!("Hello, {guest}!");
    info!(length = greeting.len(), "composed a greeting for {guest}");
    greeting
}

#[tokio::main]
async fn main() -> Result<(), trace_runtime::Error> {
    trace_runtime::init()?;
    greet("Ada").await;
    Ok(())
}
