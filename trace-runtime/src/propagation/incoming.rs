//! The ids that were read from the headers of a request.

use super::{TraceParent, TraceState};
use crate::id::{
    IntoTraceId, Rejected, TraceId,
    accept::sealed::Sealed,
    inherited::{Inherited, Remote},
};

/// The ids that arrived with a request, all of them valid.
///
/// Pass it to [`traced_handler`](macro@crate::traced_handler) as its `trace_id`
/// to continue the caller's trace. The request line then has `parent_span_id`,
/// `request_id` or `request_id_rejected` where they apply, and
/// [`inject`](super::inject) passes the trace on as the specification requires.
///
/// # Examples
///
/// ```
/// use trace_runtime::{propagation::{Incoming, extract}, testing::Capture, traced_handler};
///
/// #[traced_handler(trace_id = incoming)]
/// async fn handler(incoming: Incoming) {}
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
/// let incoming = extract(|name| (name == "traceparent").then_some(parent));
/// let capture = Capture::new();
/// capture.scope(handler(incoming)).await;
///
/// let request = &capture.values()[0];
/// assert_eq!(request["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
/// assert_eq!(request["parent_span_id"], "00f067aa0ba902b7");
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Incoming {
    pub(super) parent: Option<TraceParent>,
    pub(super) state: TraceState,
    pub(super) request_id: Option<TraceId>,
    pub(super) rejected: Option<Rejected>,
    /// Whether the id in the `traceparent` was made from the request id.
    pub(super) is_one: bool,
}

impl Incoming {
    /// Returns a value without any ids: the trace gets a new id.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::propagation::{Incoming, extract};
    ///
    /// /// Strangers do not choose the ids on our lines.
    /// fn ids(header: &str, is_trusted: bool) -> Incoming {
    ///     let get = |name: &str| (name == "x-request-id").then_some(header);
    ///     if is_trusted { extract(get) } else { Incoming::none() }
    /// }
    ///
    /// assert_eq!(ids("req-7", true).trace_id().unwrap().to_string(), "req-7");
    /// assert!(ids("req-7", false).trace_id().is_none());
    /// ```
    pub fn none() -> Self {
        Self::default()
    }

    /// Returns the id of the trace: the one in the `traceparent`, or else the
    /// request id.
    ///
    /// If the id in the `traceparent` was made from the request id
    /// ([`TraceId::to_bytes`]), the two are the same id. The request id is
    /// returned then, because the other service has that text on its lines.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::collections::HashMap;
    /// use trace_runtime::{propagation::{extract, inject}, traced_handler};
    ///
    /// #[traced_handler(trace_id = "req-7")]
    /// async fn caller() -> HashMap<String, String> {
    ///     let mut headers = HashMap::new();
    ///     inject(|name, value| drop(headers.insert(name.to_owned(), value.to_owned())));
    ///     headers
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut headers = caller().await;
    /// let incoming = extract(|name| headers.get(name));
    /// assert_eq!(incoming.trace_id().unwrap().to_string(), "req-7");
    ///
    /// headers.remove("x-request-id"); // as a proxy may do
    /// let incoming = extract(|name| headers.get(name));
    /// assert_eq!(incoming.trace_id(), incoming.parent().map(|parent| parent.trace_id()));
    /// # }
    /// ```
    pub fn trace_id(&self) -> Option<&TraceId> {
        let parent = self.parent.as_ref().filter(|_| !self.is_one);
        parent.map(TraceParent::trace_id).or(self.request_id.as_ref())
    }

    /// Returns the `traceparent`, if it was valid.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::propagation::{Incoming, extract};
    ///
    /// fn caller(traceparent: &str) -> Option<String> {
    ///     let incoming = extract(|name| (name == "traceparent").then_some(traceparent));
    ///     incoming.parent().map(|parent| parent.parent_id().to_string())
    /// }
    ///
    /// let span = caller("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    /// assert_eq!(span.as_deref(), Some("00f067aa0ba902b7"));
    /// assert_eq!(caller("00-4BF92F3577B34DA6A3CE929D0E0E4736-00F067AA0BA902B7-01"), None);
    /// ```
    pub fn parent(&self) -> Option<&TraceParent> {
        self.parent.as_ref()
    }

    /// Returns the part of the `tracestate` that is passed on: at most 512
    /// bytes of it. It is empty if there was no valid `traceparent`, or if one
    /// of its members is invalid ([W3C Trace Context §3.3][state]).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::collections::HashMap;
    /// use trace_runtime::propagation::extract;
    ///
    /// let mut headers = HashMap::from([
    ///     ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
    ///     ("tracestate", "congo=t61rcWkgMzE"),
    /// ]);
    /// assert_eq!(extract(|name| headers.get(name)).state().get("congo"), Some("t61rcWkgMzE"));
    ///
    /// headers.insert("traceparent", "garbled");
    /// assert!(extract(|name| headers.get(name)).state().is_empty());
    /// ```
    ///
    /// [state]: https://www.w3.org/TR/trace-context-2/#tracestate-header
    pub fn state(&self) -> &TraceState {
        &self.state
    }

    /// Returns the request id, if it was acceptable. It may be the id of the
    /// trace, too.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::propagation::extract;
    ///
    /// let headers = [
    ///     ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
    ///     ("x-correlation-id", "order-4711"),
    /// ];
    /// let get = |name: &str| headers.iter().find(|header| header.0 == name).map(|header| header.1);
    /// let incoming = extract(get);
    /// // What the caller looks for stands beside the trace on every line.
    /// assert_eq!(incoming.request_id().unwrap().to_string(), "order-4711");
    /// assert_ne!(incoming.request_id(), incoming.trace_id());
    /// ```
    pub fn request_id(&self) -> Option<&TraceId> {
        self.request_id.as_ref()
    }

    /// Returns why the request id was refused, if it was. The line of the
    /// request then has the reason under `request_id_rejected`, and the id
    /// nowhere.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{propagation::{Incoming, extract}, testing::Capture, traced_handler};
    ///
    /// #[traced_handler(trace_id = incoming)]
    /// async fn handler(incoming: Incoming) {}
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let incoming = extract(|name| (name == "x-request-id").then_some("<script>"));
    /// assert_eq!(incoming.rejected().unwrap().as_str(), "charset");
    ///
    /// let capture = Capture::new();
    /// capture.scope(handler(incoming)).await;
    /// assert_eq!(capture.values()[0]["request_id_rejected"], "charset");
    /// # }
    /// ```
    pub fn rejected(&self) -> Option<Rejected> {
        self.rejected
    }
}

impl Sealed for Incoming {}
impl IntoTraceId for Incoming {
    fn into_trace_id(self) -> Result<Option<TraceId>, Rejected> {
        match (self.trace_id(), self.rejected) {
            (None, Some(reason)) => Err(reason),
            (id, _) => Ok(id.cloned()),
        }
    }

    fn into_inherited(self) -> Inherited {
        let id = self.trace_id().cloned();
        let Self { parent, state, request_id, rejected, is_one: _ } = self;
        Inherited {
            flags: parent.as_ref().map(|parent| parent.flags),
            remote: Remote {
                parent: parent.map(|parent| parent.parent_id),
                is_local: false,
                request_id: request_id.filter(|request_id| Some(request_id) != id.as_ref()),
                rejected,
                state: state.into_boxed(),
            },
            id,
        }
    }
}

impl Sealed for &Incoming {}
impl IntoTraceId for &Incoming {
    fn into_trace_id(self) -> Result<Option<TraceId>, Rejected> {
        self.clone().into_trace_id()
    }

    fn into_inherited(self) -> Inherited {
        self.clone().into_inherited()
    }
}
