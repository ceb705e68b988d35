//! Detail on demand: a service that runs at DEBUG, and logs it only for the
//! requests that went wrong.
//!
//! ```sh
//! cargo run --example detail
//! ```
//!
//! Look for: a thousand orders are priced, each with two lines at DEBUG and a
//! step. Three fail and one is slow. The log has the lines of these four, each
//! time right before the line of the request, and nothing of the others.

use std::time::Duration;

use tokio::time::sleep;
use trace_runtime::{Detail, debug, timed, traced_handler};

/// Longer than any request should take.
const SLOW: Duration = Duration::from_secs(2);

#[traced_handler(fields(order))]
async fn price(order: u32) -> Result<u32, String> {
    debug!(weight = order * 3, "weighed");
    let postage = postage(order).await;
    debug!(postage, "postage found");
    if order % 400 == 77 { Err(format!("no price for order {order}")) } else { Ok(postage) }
}

#[timed(level = "debug", fields(order))]
async fn postage(order: u32) -> u32 {
    if order == 500 {
        sleep(SLOW + Duration::from_millis(100)).await;
    }
    order / 2
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), trace_runtime::Error> {
    trace_runtime::builder()
        .filter("warn") // written at once
        .detail(Detail::when_failed_or_slow(SLOW).filter("debug")) // held
        .init()?;
    for order in 0..1_000 {
        let _ = price(order).await;
    }
    let detail = trace_runtime::stats().detail;
    assert_eq!((detail.written, detail.discarded, detail.held), (12, 2_988, 0));
    Ok(())
}
