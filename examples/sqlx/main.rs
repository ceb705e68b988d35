//! `messages` with sqlx in place of rusqlite: what the library logs is under the
//! id of the request that it works for.
//!
//! ```sh
//! cd examples/sqlx && cargo run
//! ```
//!
//! Look for `sqlx::query`: sqlx runs each query on a thread of its own, and its
//! line has the `trace_id` of the request and the `span_id` of the step that
//! asked. Nothing is passed along for that. The second request fails, and what
//! sqlx says of its query is under the same two ids.

use std::{error::Error, process::ExitCode};

use trace_runtime::traced_handler;

use crate::store::Store;

mod store;

#[traced_handler(fields(user_id))]
async fn get_messages(store: &Store, user_id: i64) -> Result<usize, sqlx::Error> {
    let tenant = store.find_tenant(user_id).await?;
    Ok(store.fetch_messages(&tenant, user_id).await?.len())
}

async fn run() -> Result<(), Box<dyn Error>> {
    trace_runtime::builder().filter("info,sqlx::query=debug").init()?;
    trace_log::init()?;
    trace_tracing::init()?;
    let store = Store::open().await?;
    for user_id in [41, 42] {
        // The request's line says how it ended.
        let _ = get_messages(&store, user_id).await;
    }
    store.close().await;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            trace_runtime::error!(error, "not started");
            ExitCode::FAILURE
        }
    }
}
