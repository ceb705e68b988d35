//! Three ways not to succeed: an error, a panic, a timeout.
//!
//! ```sh
//! cargo run --example errors
//! ```
//!
//! Look for: `outcome`. Each request ends in exactly one request line, however
//! it ends: `error` with the causes in `error_chain`, `panicked` with the
//! panic's message (and before it a line at the place of the panic),
//! `cancelled` with nothing, since no code was left to say why. What the panic
//! prints by itself goes to standard error.

use std::{future, num::ParseIntError, time::Duration};

use anyhow::Context as _;
use tokio::time::timeout;
use trace_runtime::{timed, traced_handler};

#[traced_handler]
async fn fail() -> anyhow::Result<u16> {
    parse("80a").context("the port is not a number")
}

#[timed]
fn parse(port: &str) -> Result<u16, ParseIntError> {
    port.parse()
}

#[traced_handler]
async fn panic(numbers: Vec<u32>) -> u32 {
    numbers[3]
}

#[traced_handler]
async fn hang() {
    wait_for_godot().await;
}

#[timed]
async fn wait_for_godot() {
    future::pending::<()>().await;
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    trace_runtime::init()?;

    assert!(fail().await.is_err());

    // A task is where tokio catches a panic, and so what most servers do.
    let task = tokio::spawn(panic(vec![1, 2, 3]));
    assert!(task.await.is_err_and(|error| error.is_panic()));

    assert!(timeout(Duration::from_millis(10), hang()).await.is_err());
    Ok(())
}
