//! A service that comes from `tracing`, moved file by file, while a library of
//! its still logs through `log`.
//!
//! ```sh
//! cargo run --example migrating
//! ```
//!
//! Look for: one tree, whichever macro a file uses. `orders.rs` has moved,
//! `stock.rs` has not, and neither knows of the other. `price` is called by code
//! that has not moved, and is below it. `by_library` stands for another crate.

use std::{error::Error, process::ExitCode};

mod by_library;
mod orders;
mod stock;

fn set_up() -> Result<(), Box<dyn Error>> {
    trace_runtime::init()?;
    trace_log::init()?;
    trace_tracing::init()?;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    if let Err(error) = set_up() {
        trace_runtime::error!(error, "not set up");
        return ExitCode::FAILURE;
    }
    for (id, item) in [(1, "screws"), (2, "ghosts")] {
        // The request's line says how it ended.
        let _ = orders::order(id, item).await;
    }
    ExitCode::SUCCESS
}
