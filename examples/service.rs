//! A service with axum: what README.md shows to be added to your own.
//!
//! ```sh
//! cargo run --example service
//! curl -i localhost:3000/users/42/messages
//! ```
//!
//! Look for: the `trace_id` of all three lines, which is the `x-trace-id` that
//! curl shows.

use axum::{Router, extract::Path, routing::get};
use trace_runtime::{info, timed, traced_handler};
use trace_tower::TraceLayer;

#[traced_handler(fields(user_id))]
async fn get_messages(Path(user_id): Path<u32>) -> String {
    fetch_messages(user_id).await.join("\n")
}

#[timed]
async fn fetch_messages(user_id: u32) -> Vec<String> {
    info!(user_id, "asking the database"); // carries the trace id, though it was not passed on
    vec!["hello".to_owned()]
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    trace_runtime::init()?; // JSON to standard output, rows at a terminal; RUST_LOG, else `info`
    let app = Router::new().route("/users/{id}/messages", get(get_messages));
    let app = app.layer(TraceLayer::axum()); // last: around all routes, timeouts and other layers
    axum::serve(tokio::net::TcpListener::bind("127.0.0.1:3000").await?, app).await?;
    Ok(())
}
