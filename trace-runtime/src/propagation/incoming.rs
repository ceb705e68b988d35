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
    pub fn none() -> Self {
        Self::default()
    }

    /// Returns the id of the trace: the one in the `traceparent`, or else the
    /// request id.
    ///
    /// If the id in the `traceparent` was made from the request id
    /// ([`TraceId::to_bytes`]), the two are the same id. The request id is
    /// returned then, because the other service has that text on its lines.
    pub fn trace_id(&self) -> Option<&TraceId> {
        let parent = self.parent.as_ref().filter(|_| !self.is_one);
        parent.map(TraceParent::trace_id).or(self.request_id.as_ref())
    }

    /// Returns the `traceparent`, if it was valid.
    pub fn parent(&self) -> Option<&TraceParent> {
        self.parent.as_ref()
    }

    /// Returns the part of the `tracestate` that is passed on.
    pub fn state(&self) -> &TraceState {
        &self.state
    }

    /// Returns the request id, if it was acceptable.
    pub fn request_id(&self) -> Option<&TraceId> {
        self.request_id.as_ref()
    }

    /// Returns why the request id was refused.
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
