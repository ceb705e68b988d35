//! Events and spans of libraries that use `tracing`, as lines and steps of
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
//!     let span = tracing::info_span!("query", rows = 3);
//!     span.in_scope(|| tracing::info!(table = "messages", "read"));
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! trace_tracing::init()?; // and `trace_runtime::init()?`, before or after it
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
//! One filter decides for all: `RUST_LOG=info,sqlx=debug`.
//!
//! # Spans
//!
//! A span that the filter lets through is a step. Its parent is what it says, or
//! else what is current where it is made, ours or theirs. While it is entered it
//! is the current step, and what is logged, timed or recorded there is inside it:
//! across `.await`s, in other tasks and on other threads, for a span carries its
//! trace. Its line is written when the last handle to it is dropped, which may be
//! long after its request has ended; its time ends when it was left last.
//!
//! - `busy_ms` is the time while it was entered, of what was entered more than
//!   twice: a future is entered once for each poll, and once to be dropped.
//! - `parent: None` inside a trace hangs below its request; so does a span whose
//!   parent was filtered out.
//! - `otel.name` renames it, `otel.status_code = "ERROR"` makes its outcome an
//!   error, `otel.status_message` says why. They are no fields, nor is
//!   `otel.kind`.
//! - `follows_from` is passed over.
//! - A span that a panic leaves has panicked. That a future was dropped half-way
//!   cannot be seen: it is `ok`.
//!
//! # Fields
//!
//! Numbers, booleans and text keep their types, `%x` and `?x` are text, and an
//! error is its text and its causes, as `key_chain`. `f32` is written as the
//! `f64` that `tracing` makes of it. The last value that is recorded wins. A key
//! of the runtime's own, or in an event one that came before, is `field.<key>`.
//! An event without a message has its name as one, without its place in the code.
//! Fields of a span stand on its line, and not on those inside.
//!
//! # Beside other subscribers
//!
//! [`init`] installs a subscriber of its own for the process, and is an error if
//! there is one. Libraries' tests with `with_default` go on as before, on their
//! threads. To keep a `tracing_subscriber::Registry`, for an OpenTelemetry layer
//! or tokio-console, use `Layer` (feature `layer`), and install it with
//! `tracing::subscriber::set_global_default`: `SubscriberInitExt::init` also
//! wants to be the logger of the `log` crate, and panics if `trace-log` is.
//!
//! # Features
//!
//! - `layer`: `Layer`, for a `tracing_subscriber::Registry`. It brings
//!   tracing-subscriber.

#![forbid(unsafe_code)]

mod callsites;
mod error;
mod event;
mod fields;
mod here;
#[cfg(feature = "layer")]
mod layer;
mod level;
mod log_record;
mod otel;
mod place;
mod registry;
mod span;
mod subscriber;
mod thread;

#[cfg(feature = "layer")]
pub use self::layer::Layer;
pub use self::{
    error::Error,
    subscriber::{Subscriber, init},
};
