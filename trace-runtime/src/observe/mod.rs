//! Offers requests, steps, calls and events to observers, beside the lines.
//!
//! An exporter of metrics or traces is an [`Observe`], which
//! [`builder().observe(…)`](crate::Builder::observe) installs. It is called with
//! plain borrowed data: [`Start`], [`Closed`] and [`Event`]. What it is lent
//! lives as long as the call.
//!
//! | what happens | what is called |
//! |---|---|
//! | `init` | [`installed`](Observe::installed), then, with the output in place, [`started`](Observe::started) |
//! | a request or a job opens | [`sample`](Observe::sample), then [`opened`](Observe::opened) |
//! | it ends, in whatever way | [`closed`](Observe::closed), exactly once |
//! | a step or a call ends, in a trace or outside one | [`closed`](Observe::closed), also if its line is filtered out |
//! | an event passes the filter | [`event`](Observe::event) |
//! | `flush`; the process ends | [`flush`](Observe::flush); [`end`](Observe::end) |
//! | lines of this crate about itself | nothing: [`stats`](crate::stats) has the numbers |
//!
//! A handler below an edge, such as `trace-tower`, is part of the edge's
//! request. A step that outlives its request is offered after it. With
//! `RUST_LOG=off`, no lines are written, but requests and steps are timed and
//! offered. In a [`Capture`](crate::testing::Capture), only the capture's own
//! observers are called.
//!
//! # Examples
//!
//! ```
//! use std::sync::{Arc, atomic::{AtomicU64, Ordering}};
//! use trace_runtime::{Outcome, observe::{Closed, Observe}, testing::Capture, timed};
//!
//! #[derive(Default)]
//! struct Failures(AtomicU64);
//!
//! impl Observe for Failures {
//!     fn closed(&self, closed: &Closed<'_>) {
//!         if closed.outcome() == Outcome::Error {
//!             self.0.fetch_add(1, Ordering::Relaxed);
//!         }
//!     }
//! }
//!
//! #[timed]
//! fn load(id: u32) -> Result<u32, String> {
//!     if id == 0 { Err("no such row".to_owned()) } else { Ok(id) }
//! }
//!
//! let failures = Arc::new(Failures::default());
//! // In a service: `trace_runtime::builder().observe(failures.clone()).init()?`
//! let capture = Capture::new().observed_by(failures.clone());
//! capture.run(|| [load(1), load(0)]);
//! assert_eq!(failures.0.load(Ordering::Relaxed), 1);
//! ```

mod closed;
mod event;
mod fields;
mod http;
mod nested;
mod observer;
mod observers;
mod setup;
mod start;
mod text;
mod trace;
mod unobserved;

pub(crate) use self::{
    closed::ClosedFacts,
    event::EventFacts,
    fields::Unread,
    observers::{NewObserver, Observers},
    start::StartFacts,
    trace::TraceFacts,
    unobserved::is_unobserved,
};
pub use self::{
    closed::{Closed, Kind},
    event::Event,
    fields::{FieldValue, Fields},
    http::Http,
    nested::{Items, Members},
    observer::Observe,
    setup::{Setup, Wants},
    start::Start,
    text::{Text, Texts},
    trace::Trace,
    unobserved::unobserved,
};
