//! Ids that cross services: read from the headers of a request that comes
//! in, written to those of a request that goes out.
//!
//! `traceparent` and `tracestate` as [W3C Trace Context, level 2][spec] says,
//! and request ids. Headers are reached through a closure, so that no header
//! type is needed here; names are passed in lower case, and are to be matched in
//! any case.
//!
//! [spec]: https://www.w3.org/TR/trace-context-2/

mod extract;
mod incoming;
mod inject;
mod traceparent;
mod tracestate;

#[cfg(test)]
mod tests;

pub use self::{
    extract::{Extractor, extract},
    incoming::Incoming,
    inject::{Outgoing, inject},
    traceparent::TraceParent,
    tracestate::TraceState,
};
