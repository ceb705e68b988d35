//! A request that opens.

use super::{Trace, TraceFacts};
use crate::id::{SpanId, inherited::SAMPLED};

/// A request or a job that opens.
///
/// # Examples
///
/// ```
/// use trace_runtime::{observe::Start, testing::{Capture, Seen}, traced_handler};
///
/// fn shown(start: &Start<'_>) -> String {
///     format!("{} begins in trace {}", start.name(), start.trace().id())
/// }
///
/// #[traced_handler(trace_id = "req-7")]
/// async fn get_order() {}
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let shown = Seen::opened(shown);
/// Capture::new().observed_by(shown.clone()).scope(get_order()).await;
/// assert_eq!(shown.values(), ["get_order begins in trace req-7"]);
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Start<'a>(StartFacts<'a>);

/// What [`Start`] shows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct StartFacts<'a> {
    pub(crate) name: &'static str,
    pub(crate) target: &'static str,
    pub(crate) method: Option<&'a str>,
    pub(crate) path: Option<&'a str>,
    pub(crate) start_unix_ns: u64,
    pub(crate) trace: TraceFacts<'a>,
    pub(crate) span_id: SpanId,
    pub(crate) parent_id: Option<SpanId>,
}

impl<'a> Start<'a> {
    pub(crate) fn new(facts: StartFacts<'a>) -> Self {
        Self(facts)
    }

    /// Returns the name of the handler, or of the edge's request.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{edge::{self, Outcome, Request}, propagation::Incoming};
    /// use trace_runtime::testing::{Capture, Seen};
    ///
    /// // No handler has joined the request yet, so the name is that of the edge.
    /// let names = Seen::opened(|start| start.name());
    /// Capture::new().observed_by(names.clone()).run(|| {
    ///     let callsite = edge::callsite!("http_request", target: "my_edge");
    ///     Request::open(callsite, Incoming::none(), "GET", "/").end(Outcome::Ok);
    /// });
    /// assert_eq!(names.values(), ["http_request"]);
    /// ```
    pub fn name(&self) -> &'static str {
        self.0.name
    }

    /// Returns the module, or the target that replaces it.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{testing::{Capture, Seen}, traced_handler};
    ///
    /// #[traced_handler(target = "shop::orders")]
    /// async fn get_order() {}
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let is_ours = Seen::opened(|start| start.target().starts_with("shop::"));
    /// Capture::new().observed_by(is_ours.clone()).scope(get_order()).await;
    /// assert_eq!(is_ours.values(), [true]);
    /// # }
    /// ```
    pub fn target(&self) -> &'static str {
        self.0.target
    }

    /// Returns the method, if an HTTP edge opened it.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::testing::{Capture, Seen};
    /// # use trace_runtime::edge::{self, Outcome, Request};
    /// # use trace_runtime::{propagation::Incoming, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn nightly() {}
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let writes = Seen::opened(|start| start.method().is_some_and(|it| it != "GET"));
    /// let capture = Capture::new().observed_by(writes.clone());
    /// capture.run(|| {
    ///     # let callsite = edge::callsite!("http_request", target: "my_edge");
    ///     Request::open(callsite, Incoming::none(), "POST", "/orders").end(Outcome::Ok);
    /// });
    /// capture.scope(nightly()).await; // a job, which no edge has opened
    /// assert_eq!(writes.values(), [true, false]);
    /// # }
    /// ```
    pub fn method(&self) -> Option<&'a str> {
        self.0.method
    }

    /// Returns the path without the query string, if an HTTP edge opened it.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::testing::{Capture, Seen};
    /// # use trace_runtime::{edge::{self, Outcome, Request}, propagation::Incoming};
    ///
    /// let paths = Seen::opened(|start| start.path().map(str::to_owned));
    /// Capture::new().observed_by(paths.clone()).run(|| {
    ///     # let callsite = edge::callsite!("http_request", target: "my_edge");
    ///     Request::open(callsite, Incoming::none(), "GET", "/orders/7").end(Outcome::Ok);
    /// });
    /// assert_eq!(paths.values(), [Some("/orders/7".to_owned())]);
    /// ```
    pub fn path(&self) -> Option<&'a str> {
        self.0.path
    }

    /// Returns when it opened, in nanoseconds since 1970-01-01 UTC. What
    /// observers do when it opens is not part of its duration, so
    /// [`start_unix_ns`](super::Closed::start_unix_ns) of its end is a little
    /// later.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{testing::{Capture, Seen}, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn get_order() {}
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let opened = Seen::opened(|start| {
    ///     std::thread::sleep(std::time::Duration::from_millis(2));
    ///     start.start_unix_ns()
    /// });
    /// let began = Seen::closed(|closed| closed.start_unix_ns());
    /// let capture = Capture::new().observed_by(opened.clone()).observed_by(began.clone());
    /// capture.scope(get_order()).await;
    /// assert!(began.values()[0] - opened.values()[0] >= 2_000_000);
    /// # }
    /// ```
    pub fn start_unix_ns(&self) -> u64 {
        self.0.start_unix_ns
    }

    /// Returns its trace. While [`sample`](super::Observe::sample) is called,
    /// the flags are those of the caller.
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
    /// let ids = Seen::opened(|start| start.trace().id().to_string());
    /// let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    /// let incoming = extract(|name| (name == "traceparent").then_some(parent));
    /// Capture::new().observed_by(ids.clone()).scope(get_order(incoming)).await;
    /// assert_eq!(ids.values(), ["4bf92f3577b34da6a3ce929d0e0e4736"]);
    /// # }
    /// ```
    pub fn trace(&self) -> Trace<'a> {
        Trace::new(self.0.trace)
    }

    /// Returns its own span.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Context, testing::{Capture, Seen}, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn get_order() -> Context {
    ///     Context::current()
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let spans = Seen::opened(|start| start.span_id());
    /// let inside = Capture::new().observed_by(spans.clone()).scope(get_order()).await;
    /// assert_eq!(inside.span_id(), Some(spans.values()[0]));
    /// # }
    /// ```
    pub fn span_id(&self) -> SpanId {
        self.0.span_id
    }

    /// Returns the span of the caller, if the caller sent one.
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
    /// let parents = Seen::opened(|start| start.parent_id().map(|id| id.to_string()));
    /// let capture = Capture::new().observed_by(parents.clone());
    /// let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    /// capture.scope(get_order(extract(|name| (name == "traceparent").then_some(parent)))).await;
    /// capture.scope(get_order(Incoming::none())).await;
    /// assert_eq!(parents.values(), [Some("00f067aa0ba902b7".to_owned()), None]);
    /// # }
    /// ```
    pub fn parent_id(&self) -> Option<SpanId> {
        self.0.parent_id
    }

    /// Returns whether the caller sampled the trace, if there is a caller.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{propagation::extract, testing::{Capture, Seen}, traced_handler};
    ///
    /// #[traced_handler(trace_id = extract(|name| (name == "traceparent").then_some(parent)))]
    /// async fn get_order(parent: &str) {}
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let sampled = Seen::opened(|start| start.parent_is_sampled());
    /// let capture = Capture::new().observed_by(sampled.clone());
    /// for parent in [
    ///     "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    ///     "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00",
    ///     "there is no caller",
    /// ] {
    ///     capture.scope(get_order(parent)).await;
    /// }
    /// assert_eq!(sampled.values(), [Some(true), Some(false), None]);
    /// # }
    /// ```
    pub fn parent_is_sampled(&self) -> Option<bool> {
        self.0.parent_id.map(|_| self.0.trace.flags & SAMPLED != 0)
    }
}
