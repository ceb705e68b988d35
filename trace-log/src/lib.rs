//! What libraries log through the [`log`] crate, as events of
//! [`trace_runtime`]: under the id of the request that they work for.
//!
//! ```
//! fn main() -> Result<(), Box<dyn std::error::Error>> {
//!     trace_runtime::init()?; // or later: nothing is written before
//!     trace_log::init()?;
//!     log::info!(target: "legacy::db", rows = 3; "connected");
//!     Ok(())
//! }
//! ```
//!
//! ```json
//! {"timestamp":"2026-11-28T08:00:00.000000Z","level":"INFO","message":"connected","target":"legacy::db","rows":3}
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
