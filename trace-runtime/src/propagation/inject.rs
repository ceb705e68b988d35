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
    ///
    /// Each call has a span of its own that is on no line: use
    /// [`for_call`](Self::for_call) where the call has a step.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{propagation::Outgoing, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn handler() -> [Outgoing; 2] {
    ///     [(); 2].map(|()| Outgoing::current().expect("a handler has a trace"))
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let [one, two] = handler().await.map(|call| call.traceparent().clone());
    /// assert_eq!(one.trace_id(), two.trace_id());
    /// assert_ne!(one.parent_id(), two.parent_id());
    /// # }
    /// ```
    pub fn current() -> Option<Self> {
        Context::current().owner.trace().map(|trace| Self::of(trace, SpanId::generate()))
    }

    /// Returns the ids of the current step, which is the call itself: the other
    /// service's spans then appear below it. Returns `None` outside a trace.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Context, propagation::Outgoing, timed, traced_handler};
    ///
    /// #[timed(fields(host = "stock"))]
    /// async fn ask_stock() -> bool {
    ///     let sent = Outgoing::for_call().expect("its request has a trace");
    ///     Some(sent.traceparent().parent_id()) == Context::current().span_id()
    /// }
    ///
    /// #[traced_handler]
    /// async fn handler() -> bool {
    ///     ask_stock().await
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// assert!(handler().await, "the step is the parent of what happens there");
    /// # }
    /// ```
    pub fn for_call() -> Option<Self> {
        let here = Context::current();
        here.owner.trace().map(|trace| Self::of(trace, here.span.unwrap_or(trace.root)))
    }

    fn of(trace: &Trace, parent_id: SpanId) -> Self {
        let remote = &trace.remote;
        let trace_id = trace.id.to_w3c();
        Self {
            parent: TraceParent { trace_id, parent_id, flags: trace.flags_of_calls() },
            state: remote.state.clone(),
            request_id: remote.request_id.as_ref().unwrap_or(&trace.id).clone(),
        }
    }

    /// Returns the value of `traceparent` ([W3C Trace Context §3.2][parent]).
    /// Its flag `sampled` is the one that arrived, unless an observer has
    /// decided.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{propagation::{Outgoing, TraceParent, extract}, traced_handler};
    ///
    /// #[traced_handler(trace_id = extract(|name| (name == "traceparent").then_some(header)))]
    /// async fn handler(header: &str) -> TraceParent {
    ///     Outgoing::current().expect("a handler has a trace").traceparent().clone()
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let sent = handler("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01").await;
    /// assert!(sent.to_string().starts_with("00-4bf92f3577b34da6a3ce929d0e0e4736-"));
    /// assert_ne!(sent.parent_id().to_string(), "00f067aa0ba902b7", "we are the caller now");
    /// assert!(sent.is_sampled());
    /// # }
    /// ```
    ///
    /// [parent]: https://www.w3.org/TR/trace-context-2/#traceparent-header
    pub fn traceparent(&self) -> &TraceParent {
        &self.parent
    }

    /// Returns the value of `tracestate`, if there is one: what arrived, up to
    /// 512 bytes of it ([W3C Trace Context §3.3][state]).
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::collections::HashMap;
    /// use trace_runtime::{propagation::{Incoming, Outgoing, extract}, traced_handler};
    ///
    /// #[traced_handler(trace_id = incoming)]
    /// async fn handler(incoming: Incoming) -> Option<String> {
    ///     let sent = Outgoing::current().expect("a handler has a trace");
    ///     sent.tracestate().map(str::to_owned)
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let headers = HashMap::from([
    /// #     ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
    /// #     ("tracestate", "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE"),
    /// # ]);
    /// let incoming = extract(|name| headers.get(name));
    /// let state = incoming.state().to_string();
    /// assert_eq!(state, "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE");
    /// assert_eq!(handler(incoming).await, Some(state));
    /// assert_eq!(handler(Incoming::none()).await, None);
    /// # }
    /// ```
    ///
    /// [state]: https://www.w3.org/TR/trace-context-2/#tracestate-header
    pub fn tracestate(&self) -> Option<&str> {
        self.state.as_deref()
    }

    /// Returns the value of `x-request-id`: the request id that arrived, or
    /// else the id of the trace.
    ///
    /// # Examples
    ///
    /// A queue has no headers, but a message has room for an id:
    ///
    /// ```
    /// use serde_json::{Value, json};
    /// use trace_runtime::{propagation::Outgoing, trace_id, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn place_order() -> Value {
    ///     let sent = Outgoing::current().expect("a handler has a trace");
    ///     json!({ "order": 4711, "request_id": sent.request_id().to_string() })
    /// }
    ///
    /// #[traced_handler(trace_id = message["request_id"].as_str())]
    /// async fn ship_order(message: &Value) -> String {
    ///     trace_id().expect("a handler has one").to_string()
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let message = place_order().await;
    /// assert_eq!(message["request_id"], ship_order(&message).await);
    /// # }
    /// ```
    pub fn request_id(&self) -> &TraceId {
        &self.request_id
    }

    /// Calls `set` with the name and the value of each header.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{propagation::Outgoing, traced_handler};
    ///
    /// #[traced_handler(trace_id = "req-7")]
    /// async fn handler() -> Vec<(String, String)> {
    ///     let mut headers = vec![("x-request-id".to_owned(), "mine".to_owned())];
    ///     let sent = Outgoing::current().expect("a handler has a trace");
    ///     sent.write(|name, value| {
    ///         if headers.iter().all(|header| header.0 != name) {
    ///             headers.push((name.to_owned(), value.to_owned()));
    ///         }
    ///     });
    ///     headers
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let headers = handler().await;
    /// assert_eq!(headers[0].1, "mine");
    /// assert_eq!((headers[1].0.as_str(), headers[1].1.len()), ("traceparent", 55));
    /// # assert_eq!(headers.len(), 2);
    /// # }
    /// ```
    pub fn write(&self, mut set: impl FnMut(&str, &str)) {
        set("traceparent", &self.parent.to_string());
        if let Some(state) = self.tracestate() {
            set("tracestate", state);
        }
        self.request_id.with_text(|id| set("x-request-id", id));
    }
}
