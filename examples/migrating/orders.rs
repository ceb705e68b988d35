//! A file that has moved.

use trace_runtime::{info, record, timed, traced_handler};

use crate::stock;

#[traced_handler(fields(id))]
pub(crate) async fn order(id: u32, item: &str) -> Result<u32, String> {
    let count = stock::look(item).await?;
    info!(count, "in stock");
    Ok(count)
}

#[timed]
pub(crate) async fn price(item: &str) -> u32 {
    record!(item);
    tokio::task::yield_now().await;
    7
}
