//! The trace that something belongs to.

use std::sync::OnceLock;

use crate::id::{TraceId, inherited::SAMPLED};

/// The trace that a request, a step or an event belongs to.
///
/// # Examples
///
/// ```
/// use trace_runtime::{observe::Trace, testing::{Capture, Seen}, traced_handler};
///
/// /// What an exporter takes: traces that are sampled.
/// fn exported(trace: Trace<'_>) -> Option<[u8; 16]> {
///     trace.is_sampled().then(|| trace.id_bytes())
/// }
///
/// #[traced_handler(trace_id = "4bf92f3577b34da6a3ce929d0e0e4736")]
/// async fn get_order() {}
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let ids = Seen::opened(|start| exported(start.trace()));
/// Capture::new().observed_by(ids.clone()).scope(get_order()).await;
/// assert_eq!(ids.values()[0].unwrap()[..2], [0x4b, 0xf9]);
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Trace<'a>(TraceFacts<'a>);

/// What [`Trace`] shows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TraceFacts<'a> {
    pub(crate) id: &'a TraceId,
    /// The bytes of the id, made when first asked for: a hash would cost more
    /// than a span.
    pub(crate) bytes: &'a OnceLock<[u8; 16]>,
    pub(crate) flags: u8,
    pub(crate) state: Option<&'a str>,
    /// The request id that arrived beside the id of the trace.
    pub(crate) request_id: Option<&'a TraceId>,
}

impl<'a> Trace<'a> {
    pub(super) fn new(facts: TraceFacts<'a>) -> Self {
        Self(facts)
    }

    /// Returns the id as it stands on the lines.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{testing::{Capture, Seen}, traced_handler};
    ///
    /// #[traced_handler(trace_id = "req-7")]
    /// async fn get_order() {}
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let ids = Seen::opened(|start| start.trace().id().clone());
    /// let capture = Capture::new().observed_by(ids.clone());
    /// capture.scope(get_order()).await;
    /// assert_eq!(capture.values()[0]["trace_id"], ids.values()[0].to_string());
    /// # }
    /// ```
    pub fn id(&self) -> &'a TraceId {
        self.0.id
    }

    /// Returns the 16 bytes of [`TraceId::to_bytes`], which are computed once a
    /// trace.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{testing::{Capture, Seen}, traced_handler};
    ///
    /// #[traced_handler(trace_id = "00f067aa0ba902b7")]
    /// async fn get_order() {}
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// // OTLP has room for 16 bytes, and not for text.
    /// let ids = Seen::opened(|start| u128::from_be_bytes(start.trace().id_bytes()));
    /// Capture::new().observed_by(ids.clone()).scope(get_order()).await;
    /// assert_eq!(ids.values(), [0x00f0_67aa_0ba9_02b7]);
    /// # }
    /// ```
    pub fn id_bytes(&self) -> [u8; 16] {
        *self.0.bytes.get_or_init(|| self.0.id.to_bytes())
    }

    /// Returns the flags of `traceparent` ([W3C Trace Context §3.2.2.5]): bit 0
    /// is `sampled`, bit 1 is `random`.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::propagation::{Incoming, extract};
    /// use trace_runtime::{testing::{Capture, Seen}, traced_handler};
    ///
    /// #[traced_handler(trace_id = incoming)]
    /// async fn get_order(incoming: Incoming) {}
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let flags = Seen::opened(|start| start.trace().flags());
    /// let capture = Capture::new().observed_by(flags.clone());
    /// let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    /// capture.scope(get_order(extract(|name| (name == "traceparent").then_some(parent)))).await;
    /// capture.scope(get_order(Incoming::none())).await; // our own ids are random
    /// assert_eq!(flags.values(), [0b01, 0b11]);
    /// # }
    /// ```
    ///
    /// [W3C Trace Context §3.2.2.5]: https://www.w3.org/TR/trace-context-2/#trace-flags
    pub fn flags(&self) -> u8 {
        self.0.flags
    }

    /// Returns whether the trace is sampled.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{observe::{Observe, Start}, testing::{Capture, Seen}, traced_handler};
    ///
    /// struct Never;
    ///
    /// impl Observe for Never {
    ///     fn sample(&self, _: &Start<'_>) -> Option<bool> {
    ///         Some(false)
    ///     }
    /// }
    ///
    /// #[traced_handler]
    /// async fn get_order() {}
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let sampled = Seen::closed(|closed| closed.trace().map(|trace| trace.is_sampled()));
    /// Capture::new().observed_by(Never).observed_by(sampled.clone()).scope(get_order()).await;
    /// assert_eq!(sampled.values(), [Some(false)]);
    /// # }
    /// ```
    pub fn is_sampled(&self) -> bool {
        self.0.flags & SAMPLED != 0
    }

    /// Returns the `tracestate` that arrived ([W3C Trace Context §3.3]), if any:
    /// at most 512 bytes of it.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::collections::HashMap;
    /// use trace_runtime::propagation::{Incoming, extract};
    /// use trace_runtime::{testing::{Capture, Seen}, traced_handler};
    ///
    /// #[traced_handler(trace_id = incoming)]
    /// async fn get_order(incoming: Incoming) {}
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let states = Seen::opened(|start| start.trace().state().map(str::to_owned));
    /// let headers = HashMap::from([
    ///     ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
    ///     ("tracestate", "vendor=1"),
    /// ]);
    /// let incoming = extract(|name| headers.get(name).copied());
    /// Capture::new().observed_by(states.clone()).scope(get_order(incoming)).await;
    /// assert_eq!(states.values(), [Some("vendor=1".to_owned())]);
    /// # }
    /// ```
    ///
    /// [W3C Trace Context §3.3]: https://www.w3.org/TR/trace-context-2/#tracestate-header
    pub fn state(&self) -> Option<&'a str> {
        self.0.state
    }

    /// Returns the request id that arrived beside the id of the trace, if any.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::collections::HashMap;
    /// use trace_runtime::propagation::{Incoming, extract};
    /// use trace_runtime::{testing::{Capture, Seen}, traced_handler};
    ///
    /// #[traced_handler(trace_id = incoming)]
    /// async fn get_order(incoming: Incoming) {}
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let ids = Seen::opened(|start| start.trace().request_id().map(|id| id.to_string()));
    /// let capture = Capture::new().observed_by(ids.clone());
    /// let mut headers = HashMap::from([("x-request-id", "req-7")]);
    /// // Without a `traceparent`, the request id is the id of the trace itself.
    /// capture.scope(get_order(extract(|name| headers.get(name).copied()))).await;
    /// headers.insert("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    /// capture.scope(get_order(extract(|name| headers.get(name).copied()))).await;
    /// assert_eq!(ids.values(), [None, Some("req-7".to_owned())]);
    /// # }
    /// ```
    pub fn request_id(&self) -> Option<&'a TraceId> {
        self.0.request_id
    }
}
