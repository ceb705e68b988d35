//! Request tracing for async Rust: a service that tells its own story.
//!
//! Placeholder.

mod buffer;
mod builder;
mod callsite;
mod clock;
mod context;
mod dispatch;
mod error;
mod event;
mod field;
mod filter;
mod guard;
mod id;
mod json;
mod level;
mod limits;
mod line;
mod macros;
mod nested;
mod outcome;
mod output;
mod panic;
mod random;
mod record;
mod report;
mod scope;
pub mod sink;
pub mod testing;
mod value;
mod writer;

#[doc(hidden)]
pub mod __private;

pub use crate::{
    builder::{Builder, builder, init, set_filter, stats},
    context::{Context, InCurrentTrace, Scoped, spawn, spawn_blocking, trace_id},
    error::Error,
    event::ForeignEvent,
    id::{IntoTraceId, Rejected, SpanId, TraceId},
    level::Level,
    limits::Limits,
    value::{Covered, Json, Public, Secret, ToValue, Value},
    writer::Stats,
};
#[cfg(feature = "macros")]
pub use trace_macros::{timed, traced_handler};
