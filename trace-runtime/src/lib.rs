//! Request tracing for async Rust: a service that tells its own story.
//!
//! [`traced_handler`](macro@traced_handler) on an async handler opens a trace:
//! its id is a task-local that every line below carries, and when the handler
//! ends, however it ends, one `Request processed` line is written.
//! [`timed`](macro@timed) on the functions it calls gives each of them a line
//! with its duration. [`info!`] and its sisters write lines by hand.
//!
//! ```
//! use trace_runtime::{info, testing::Capture, timed, traced_handler};
//!
//! #[traced_handler(trace_id = request_id, fields(user_id))]
//! async fn get_messages(request_id: Option<&str>, user_id: u32) -> Result<usize, String> {
//!     fetch(user_id).await
//! }
//!
//! #[timed]
//! async fn fetch(user_id: u32) -> Result<usize, String> {
//!     info!(user_id, "asking the database");
//!     Err("database timeout".to_owned())
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! // In a service: `trace_runtime::init()?`, and the lines go to standard output.
//! let capture = Capture::new();
//! let _ = capture.scope(get_messages(Some("req-7"), 42)).await;
//!
//! let request = &capture.values()[2];
//! assert_eq!(request["message"], "Request processed");
//! assert_eq!(request["trace_id"], "req-7");
//! assert_eq!(request["outcome"], "error");
//! assert_eq!(request["error"], "database timeout");
//! assert_eq!(request["user_id"], 42);
//! # }
//! ```
//!
//! One line is one flat JSON object. Durations (`duration_ms`, `busy_ms`) are
//! milliseconds with up to six decimals, from a steady clock; `timestamp` is
//! RFC 3339 in UTC with six digits. Ids are text: a trace's 32 hexadecimal
//! digits or what the caller sent, a span's 16 digits.
//!
//! Lines are written by the thread that logs, one `write(2)` each, to the
//! [`sink`] that [`builder`] was given: what was logged is out of the process
//! when the call returns. With [`writer::Background`] a thread of ours
//! writes. Nothing that happens to a line reaches the caller;
//! what could not be written is counted ([`stats`]) and reported in a line.
//!
//! # Features
//!
//! - `macros` (default): the attributes and the event macros.
//! - `stream`: `step!("name", stream = …)`, for a `futures_core::Stream`.
//! - `tsc` (default): reads the time from the processor's counter where the kernel
//!   does, too; without it a line takes a quarter longer.

#![cfg_attr(
    not(feature = "macros"),
    allow(rustdoc::broken_intra_doc_links, reason = "some are to the macros")
)]

mod buffer;
mod builder;
mod callsite;
mod clock;
mod context;
mod dispatch;
pub mod edge;
mod error;
mod event;
mod failure;
pub mod field;
mod filter;
mod guard;
mod id;
mod json;
mod level;
mod line;
#[cfg(feature = "macros")]
mod macros;
mod outcome;
mod output;
mod panic;
pub mod propagation;
mod record;
mod scope;
pub mod sink;
pub mod testing;
pub mod writer;

#[doc(hidden)]
pub mod __private;

pub use crate::{
    builder::{Builder, builder, flush, init, set_filter, stats},
    context::{Context, InCurrentTrace, Scoped, spawn, spawn_blocking, trace_id},
    error::Error,
    event::{
        dynamic::{DynamicEvent, DynamicFields},
        enabled::enabled,
        late::request_error,
    },
    field::{
        covered::{Json, Public, Secret},
        limits::Limits,
    },
    filter::{max_level, on_filter_change},
    id::{IntoTraceId, Rejected, SpanId, TraceId},
    level::Level,
    outcome::Outcome,
};
#[cfg(feature = "macros")]
pub use trace_macros::{timed, traced_handler};
