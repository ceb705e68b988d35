//! Writes ids to the headers of a request.

use super::TraceParent;
use crate::{
    context::{Context, Trace},
    id::{SpanId, TraceId},
};

/// Writes the ids of the current trace to the headers of a request.
///
/// `set` is called with a name in lower case and a value: for `traceparent`,
/// which has a new span id for this call; for `tracestate`, unless it is empty;
/// and for `x-request-id`. If the request has an `x-request-id` already, keep
/// that one. If it has a `traceparent` or a `tracestate`, remove them first,
/// because they were copied from another request. Outside a trace, `set` is not
/// called.
///
/// # Examples
///
/// ```
/// use std::collections::BTreeMap;
/// use trace_runtime::{propagation::inject, traced_handler};
///
/// #[traced_handler(trace_id = "req-7")]
/// async fn handler() -> BTreeMap<String, String> {
///     let mut headers = BTreeMap::new();
///     inject(|name, value| {
///         headers.insert(name.to_owned(), value.to_owned());
///     });
///     headers
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let headers = handler().await;
/// assert_eq!(headers["x-request-id"], "req-7");
/// assert!(headers["traceparent"].starts_with("00-"));
/// # }
/// ```
pub fn inject(set: impl FnMut(&str, &str)) {
    if let Some(outgoing) = Outgoing::current() {
        outgoing.write(set);
    }
}

/// The ids that are sent with one request to another service.
///
/// # Examples
///
/// ```
/// use trace_runtime::{propagation::Outgoing, traced_handler};
///
/// #[traced_handler(trace_id = "req-7")]
/// async fn handler() -> String {
///     let outgoing = Outgoing::current().expect("a handler has a trace");
///     outgoing.request_id().to_string()
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// assert!(Outgoing::current().is_none());
/// assert_eq!(handler().await, "req-7");
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Outgoing {
    parent: TraceParent,
    state: Option<Box<str>>,
    request_id: TraceId,
}

impl Outgoing {
    /// Returns the ids for a call that is made now, with a new span id. Returns
    /// `None` outside a trace.
    pub fn current() -> Option<Self> {
        Context::current().owner.trace().map(|trace| Self::of(trace, SpanId::generate()))
    }

    /// Returns the ids of the current step, which is the call itself: the other
    /// service's spans then appear below it. Returns `None` outside a trace.
    pub fn for_call() -> Option<Self> {
        let here = Context::current();
        here.owner.trace().map(|trace| Self::of(trace, here.span.unwrap_or(trace.root)))
    }

    fn of(trace: &Trace, parent_id: SpanId) -> Self {
        let remote = &trace.remote;
        let trace_id = trace.id.to_w3c();
        Self {
            parent: TraceParent { trace_id, parent_id, flags: trace.flags },
            state: remote.state.clone(),
            request_id: remote.request_id.as_ref().unwrap_or(&trace.id).clone(),
        }
    }

    /// Returns the value of `traceparent`.
    pub fn traceparent(&self) -> &TraceParent {
        &self.parent
    }

    /// Returns the value of `tracestate`, if there is one.
    pub fn tracestate(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// Returns the value of `x-request-id`.
    pub fn request_id(&self) -> &TraceId {
        &self.request_id
    }

    /// Calls `set` with the name and the value of each header.
    pub fn write(&self, mut set: impl FnMut(&str, &str)) {
        set("traceparent", &self.parent.to_string());
        if let Some(state) = self.tracestate() {
            set("tracestate", state);
        }
        self.request_id.with_text(|id| set("x-request-id", id));
    }
}
