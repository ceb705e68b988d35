//! Ids: of a trace, of a span, and those that a trace takes over from its
//! caller.

pub(crate) mod accept;
pub(crate) mod hex;
pub(crate) mod inherited;
pub(crate) mod random;
pub(crate) mod span;
pub(crate) mod trace;

pub use self::{
    accept::IntoTraceId,
    span::SpanId,
    trace::{Rejected, TraceId},
};
pub(crate) use self::{hex::parse_hex, trace::trim};
