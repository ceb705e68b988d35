//! Passes ids between services: reads them from the headers of an incoming
//! request, and writes them to those of an outgoing one.
//!
//! `traceparent` and `tracestate` follow [W3C Trace Context, level 2][spec];
//! request ids are passed on, too. Headers are reached through a closure, so no
//! header type is needed here. Names are passed in lower case, and the closure
//! has to match them ignoring case.
//!
//! # Examples
//!
//! A service in the middle: what it calls sees the same trace, with a span of
//! this service as the parent.
//!
//! ```
//! use std::collections::BTreeMap;
//! use trace_runtime::{propagation::{extract, inject}, traced_handler};
//!
//! type Headers = BTreeMap<String, String>;
//!
//! #[traced_handler(trace_id = extract(|name| arrived.get(name)))]
//! async fn handler(arrived: &Headers) -> Headers {
//!     let mut sent = Headers::new();
//!     inject(|name, value| {
//!         sent.insert(name.to_owned(), value.to_owned());
//!     });
//!     sent
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let arrived = Headers::from([
//!     ("traceparent".into(), "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".into()),
//!     ("tracestate".into(), "congo=t61rcWkgMzE".into()),
//!     ("x-request-id".into(), "req-7".into()),
//! ]);
//! let sent = handler(&arrived).await;
//! assert_eq!(sent["traceparent"][..36], arrived["traceparent"][..36], "the trace");
//! assert_ne!(sent["traceparent"][36..52], arrived["traceparent"][36..52], "the span");
//! assert_eq!(sent["tracestate"], arrived["tracestate"]);
//! assert_eq!(sent["x-request-id"], arrived["x-request-id"]);
//! # }
//! ```
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
