//! A file that has not moved yet: it uses `tracing`'s macros.

use tracing::{Instrument as _, info, info_span, instrument};

use crate::{by_library, orders};

#[instrument]
pub(crate) async fn look(item: &str) -> Result<u32, String> {
    by_library::query("SELECT count FROM stock");
    let span = info_span!("count", rows = tracing::field::Empty);
    let count = count(item).instrument(span.clone()).await?;
    span.record("rows", 1);
    info!(price = orders::price(item).await, "found");
    Ok(count)
}

async fn count(item: &str) -> Result<u32, String> {
    tokio::task::yield_now().await;
    if item == "screws" {
        return Ok(42);
    }
    tracing::warn!(item, "none in stock");
    Err(format!("no {item}"))
}
