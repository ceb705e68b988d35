//! Request tracing for async Rust, in JSON lines, without a logging framework.
//!
//! [`traced_handler`](macro@traced_handler) on an async handler opens a trace.
//! The trace's id is task-local, so every line written below the handler
//! carries it. When the handler ends, in whatever way, one `Request processed`
//! line is written. [`timed`](macro@timed) on the functions it calls gives each
//! of them a line with its duration. [`info!`] and the other event macros write
//! lines by hand.
//!
//! ```
//! use trace_runtime::{info, timed, traced_handler};
//! # use trace_runtime::testing::Capture;
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/printed.rs"));
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
//! // Once, in `main`: trace_runtime::init()?
//! # let capture = Capture::new();
//! # let call = async {
//! let messages = get_messages(Some("req-7"), 42).await;
//! # assert!(messages.is_err());
//! # };
//! # capture.scope(call).await;
//! # assert_printed(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/printed.jsonl"), &capture.lines());
//! # }
//! ```
//!
//! It writes to standard output:
//!
//! ```json
#![doc = include_str!("../doc/printed.jsonl")]
//! ```
//!
//! Each line is one flat JSON object, unless another [`Format`] is chosen; on a
//! terminal, lines are for people. Durations (`duration_ms`, `busy_ms`) are
//! milliseconds with up to six decimals, from a steady clock. `timestamp` is
//! RFC 3339 in UTC with six decimals. Ids are text: a trace id is 32
//! hexadecimal digits or the text that the caller sent, a span id is 16
//! hexadecimal digits. Another [`Format`] has the names and units of another
//! system.
//!
//! The thread that logs also writes: one `write(2)` for each line, to the
//! [`sink`] that the [`builder`] was given. When the call returns, the line has
//! left the process. With [`writer::Background`], a background thread writes
//! instead. Writing never returns an error to the caller: lines that could not
//! be written are counted ([`stats`]) and reported in a line.
//!
//! # Features
//!
//! - `macros` (default): the attributes and the event macros.
//! - `stream`: `step!("name", stream = …)`, for a `futures_core::Stream`.
//! - `tsc` (default): reads the time from the processor's time stamp counter
//!   where the kernel does, too. Without it, writing a line takes about a
//!   quarter longer.
//!
//! Rust 1.85 is enough. Only a new minor version of this crate asks for a newer
//! one.

#![cfg_attr(
    not(feature = "macros"),
    allow(rustdoc::broken_intra_doc_links, reason = "some links are to the macros")
)]

mod buffer;
mod builder;
mod callsite;
mod clock;
mod console;
mod context;
mod detail;
mod dispatch;
pub mod edge;
mod error;
mod event;
mod failure;
pub mod field;
mod filter;
mod format;
mod guard;
mod id;
mod in_flight;
mod json;
mod level;
mod line;
mod logfmt;
#[cfg(feature = "macros")]
mod macros;
pub mod observe;
mod outcome;
mod output;
mod panic;
pub mod propagation;
mod record;
mod scope;
pub mod sink;
mod terminal;
pub mod testing;
pub mod writer;

#[doc(hidden)]
pub mod __private;

pub use crate::{
    builder::{Builder, builder, flush, init, set_filter, stats},
    context::{Context, InCurrentTrace, Scoped, force_detail, spawn, spawn_blocking, trace_id},
    detail::{Detail, DetailStats},
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
    format::Format,
    id::{IntoTraceId, Rejected, SpanId, TraceId},
    in_flight::{OpenRequest, OpenStep, in_flight, report_in_flight},
    level::Level,
    outcome::Outcome,
};
#[cfg(feature = "macros")]
pub use trace_macros::{timed, traced_handler};
