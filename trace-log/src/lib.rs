//! What libraries log through the [`log`] crate, as events of
//! [`trace_runtime`]: under the id of the request that they work for.
//!
//! ```
//! use trace_runtime::traced_handler;
//! # use trace_runtime::testing::Capture;
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../trace-runtime/doc/printed.rs"));
//!
//! #[traced_handler(trace_id = request_id)]
//! async fn get_messages(request_id: &str) {
//!     // Somewhere in a library:
//!     log::info!(target: "legacy::db", rows = 3; "connected");
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! trace_log::init()?; // and `trace_runtime::init()?`, before or after it
//! # let capture = Capture::new();
//! # capture.scope(async {
//! get_messages("4bf92f3577b34da6a3ce929d0e0e4736").await;
//! # }).await;
//! # assert_printed(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/printed.jsonl"), &capture.lines());
//! # Ok(())
//! # }
//! ```
//!
//! ```json
#![doc = include_str!("../doc/printed.jsonl")]
//! ```
//!
//! A record becomes one event, where it is logged: on a thread or in a task of a
//! request, it has that request's `trace_id`, and the `span_id` of the step that
//! is current there. The same filter decides as for [`trace_runtime::info!`]:
//! `RUST_LOG=info,rustls=debug`. [`log::max_level`] follows it, also when
//! [`trace_runtime::set_filter`] changes it, or a test has a
//! [`Capture`](trace_runtime::testing::Capture).
//!
//! # Values
//!
//! | with | on the line |
//! |---|---|
//! | `key = value` | numbers, booleans and text keep their types; an `f32` is written as the `f64` that `log` makes of it |
//! | `key:% = value`, `key:? = value` | text |
//! | `key:err = error` | the error's text, and its causes as `key_chain` (feature `error`; else text) |
//! | `key:serde = value` | nested JSON (feature `serde`; else text) |
//! | a key twice | the first keeps its name, the second is `field.<key>` |
//! | a key of the runtime's, such as `level` | `field.level` |
//! | `None` | left out |
//!
//! # Beside `tracing`
//!
//! For libraries that use `tracing` there is the crate `trace-tracing`. Both may
//! be used at once, and nothing is written twice; with three exceptions, which
//! are `tracing`'s. Its feature `log` (sqlx turns it on) hands spans to `log` as
//! records of their own until a subscriber is set, at the targets
//! `tracing::span` and `tracing::span::active`. Its feature `log-always` does so
//! for good, and for events too: do not use it with both. And `tracing-log`'s
//! `LogTracer` is a logger itself: only one can be.

#![forbid(unsafe_code)]

mod error;
mod fields;
mod logger;

pub use self::{error::Error, logger::init};
