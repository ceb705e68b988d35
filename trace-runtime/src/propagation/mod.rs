//! Passes ids between services: reads them from the headers of an incoming
//! request, and writes them to those of an outgoing one.
//!
//! `traceparent` and `tracestate` follow [W3C Trace Context, level 2][spec];
//! request ids are passed on, too. Headers are reached through a closure, so no
//! header type is needed here. Names are passed in lower case, and the closure
//! has to match them ignoring case.
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
