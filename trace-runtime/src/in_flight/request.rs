//! The facts about a request that has not ended.

use std::{borrow::Cow, time::Duration};

use crate::{
    callsite::{Callsite, LineKind},
    clock::Moment,
    context::open::Open,
    id::{SpanId, TraceId},
};

/// A request or a job that has not ended, as it was when
/// [`in_flight`](crate::in_flight) was called.
///
/// # Examples
///
/// What a shutdown that has waited long enough gives up:
///
/// ```
/// use trace_runtime::{OpenRequest, in_flight, testing::Capture, traced_handler};
///
/// #[traced_handler(trace_id = id)]
/// async fn export(id: &str) -> Vec<String> {
///     in_flight().iter().map(given_up).collect()
/// }
///
/// fn given_up(open: &OpenRequest) -> String {
///     format!("{} {} after {:.0?}", open.trace_id(), open.name(), open.age())
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let given_up = Capture::new().scope(export("req-7")).await;
/// assert!(given_up[0].starts_with("req-7 export after "));
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct OpenRequest {
    callsite: &'static Callsite,
    trace_id: TraceId,
    request_id: Option<TraceId>,
    span_id: SpanId,
    method: Option<Cow<'static, str>>,
    path: Option<Box<str>>,
    route: Option<Box<str>>,
    status: Option<u16>,
    is_stream: bool,
    is_of_edge: bool,
    age_ns: u64,
    steps: Vec<OpenStep>,
}

/// A step that has not ended, as it was when [`in_flight`](crate::in_flight)
/// was called.
///
/// # Examples
///
/// ```
/// use trace_runtime::{OpenStep, in_flight, testing::Capture, timed, traced_handler};
///
/// fn waits_for(step: &OpenStep) -> String {
///     format!("{}::{} for {:.0?}", step.target(), step.name(), step.age())
/// }
///
/// #[timed(target = "shop::db")]
/// async fn load() -> Option<String> {
///     in_flight()[0].step().map(waits_for)
/// }
///
/// #[traced_handler]
/// async fn handler() -> Option<String> {
///     load().await
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let said = Capture::new().scope(handler()).await.unwrap();
/// assert!(said.starts_with("shop::db::load for "));
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct OpenStep {
    callsite: &'static Callsite,
    age_ns: u64,
}

impl OpenRequest {
    pub(super) fn of(open: &Open, now: Moment) -> Option<Self> {
        let trace = open.trace()?;
        let (method, path) = trace.asked.line().cloned().map(|it| (it.method, it.path)).unzip();
        let steps = trace.open_steps.read().into_iter();
        let step = |(callsite, since)| OpenStep { callsite, age_ns: now.nanos_since(since) };
        Some(Self {
            callsite: open.callsite,
            trace_id: trace.id.clone(),
            request_id: trace.remote.request_id.clone(),
            span_id: trace.root,
            method,
            path,
            route: trace.asked.route(),
            status: trace.asked.status(),
            is_stream: trace.asked.is_stream(),
            is_of_edge: trace.is_of_edge(),
            age_ns: now.nanos_since(open.since),
            steps: steps.map(step).collect(),
        })
    }

    /// Returns the id of its trace, which its lines carry.
    ///
    /// # Examples
    ///
    /// A caller that hears nothing asks for the request by its id:
    ///
    /// ```
    /// use trace_runtime::{in_flight, testing::Capture, traced_handler};
    ///
    /// fn is_running(id: &str) -> bool {
    ///     in_flight().iter().any(|open| open.trace_id().to_string() == id)
    /// }
    ///
    /// #[traced_handler(trace_id = "req-7")]
    /// async fn handler() -> (bool, bool) {
    ///     (is_running("req-7"), is_running("req-8"))
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// assert_eq!(Capture::new().scope(handler()).await, (true, false));
    /// # }
    /// ```
    pub fn trace_id(&self) -> &TraceId {
        &self.trace_id
    }

    /// Returns the request id that arrived beside the id of the trace, if one did.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::collections::HashMap;
    /// use trace_runtime::{propagation::{Incoming, extract}, testing::Capture, traced_handler};
    ///
    /// #[traced_handler(trace_id = incoming)]
    /// async fn handler(incoming: Incoming) -> Option<String> {
    ///     let open = &trace_runtime::in_flight()[0];
    ///     open.request_id().map(ToString::to_string)
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let mut headers = HashMap::from([("x-request-id", "req-7")]);
    /// let alone = handler(extract(|name| headers.get(name)));
    /// assert_eq!(Capture::new().scope(alone).await, None, "it is the id of the trace");
    ///
    /// headers.insert("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
    /// let beside = handler(extract(|name| headers.get(name)));
    /// assert_eq!(Capture::new().scope(beside).await.as_deref(), Some("req-7"));
    /// # }
    /// ```
    pub fn request_id(&self) -> Option<&TraceId> {
        self.request_id.as_ref()
    }

    /// Returns its own span, as its line will have it.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{SpanId, in_flight, testing::Capture, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn handler() -> SpanId {
    ///     in_flight()[0].span_id()
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let capture = Capture::new();
    /// let span_id = capture.scope(handler()).await;
    /// assert_eq!(capture.values()[0]["span_id"], span_id.to_string());
    /// # }
    /// ```
    pub fn span_id(&self) -> SpanId {
        self.span_id
    }

    /// Returns `request`, `job` or `stream`, as its line will have it.
    ///
    /// # Examples
    ///
    /// A deployment waits for requests, and not for jobs, which begin again
    /// elsewhere:
    ///
    /// ```
    /// use trace_runtime::{in_flight, testing::Capture, traced_handler};
    ///
    /// #[traced_handler(kind = "job")]
    /// async fn nightly_export() -> (usize, usize) {
    ///     let open = in_flight();
    ///     (open.len(), open.iter().filter(|open| open.kind() != "job").count())
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// assert_eq!(Capture::new().scope(nightly_export()).await, (1, 0));
    /// # }
    /// ```
    pub fn kind(&self) -> &'static str {
        match self.callsite.facts.kind {
            LineKind::Job => "job",
            _ if self.is_stream => "stream",
            LineKind::Request | LineKind::Step | LineKind::Event => "request",
        }
    }

    /// Returns the name of its handler, or that of its edge before one has begun.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{edge::{self, Request}, in_flight, propagation::Incoming};
    /// use trace_runtime::{testing::Capture, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn get_user() -> &'static str {
    ///     in_flight()[0].name()
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # let capture = Capture::new();
    /// let callsite = edge::callsite!("http_request", target: "my_edge");
    /// let mut request = capture.run(|| Request::open(callsite, Incoming::none(), "GET", "/users/42"));
    /// assert_eq!(capture.in_flight()[0].name(), "http_request"); // in a queue, say
    ///
    /// let mut handler = Box::pin(get_user());
    /// let name = std::future::poll_fn(|cx| request.enter(|| handler.as_mut().poll(cx))).await;
    /// assert_eq!(name, "get_user");
    /// # }
    /// ```
    pub fn name(&self) -> &'static str {
        self.callsite.facts.name
    }

    /// Returns the module of its handler, or the target that replaces it.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{in_flight, testing::Capture, traced_handler};
    ///
    /// #[traced_handler(target = "shop::admin")]
    /// async fn rebuild_index() -> (bool, bool) {
    ///     let is_busy = |module| in_flight().iter().any(|open| open.target().starts_with(module));
    ///     (is_busy("shop::admin"), is_busy("shop::public"))
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// assert_eq!(Capture::new().scope(rebuild_index()).await, (true, false));
    /// # }
    /// ```
    pub fn target(&self) -> &'static str {
        self.callsite.facts.target
    }

    /// Returns the method, if an HTTP edge opened it.
    ///
    /// # Examples
    ///
    /// Before a failover, no request may be open that writes:
    ///
    /// ```
    /// # use trace_runtime::{edge::{self, Request}, propagation::Incoming, testing::Capture};
    /// # let capture = Capture::new();
    /// # let callsite = edge::callsite!("http_request", target: "my_edge");
    /// # let requests = capture.run(|| {
    /// #     ["GET", "POST", "HEAD"].map(|method| Request::open(callsite, Incoming::none(), method, "/"))
    /// # });
    /// # let in_flight = || capture.in_flight();
    /// let writes = in_flight().into_iter().filter(|open| !matches!(open.method(), Some("GET" | "HEAD")));
    /// assert_eq!(writes.count(), 1); // of a GET, a POST and a HEAD
    /// ```
    pub fn method(&self) -> Option<&str> {
        self.method.as_deref()
    }

    /// Returns the pattern that the path has matched, if that is known.
    ///
    /// # Examples
    ///
    /// Which route the open requests pile up on:
    ///
    /// ```
    /// # use trace_runtime::{edge::{self, Request}, propagation::Incoming, testing::Capture};
    /// use std::collections::BTreeMap;
    ///
    /// # let capture = Capture::new();
    /// # let callsite = edge::callsite!("http_request", target: "my_edge");
    /// # let mut requests = capture.run(|| {
    /// #     ["/users/1", "/users/2", "/"].map(|path| Request::open(callsite, Incoming::none(), "GET", path))
    /// # });
    /// # requests[..2].iter_mut().for_each(|request| request.set_route("/users/{id}"));
    /// # let in_flight = || capture.in_flight();
    /// let mut by_route = BTreeMap::new();
    /// for open in in_flight() {
    ///     *by_route.entry(open.route().unwrap_or("none").to_owned()).or_insert(0) += 1;
    /// }
    /// assert_eq!(by_route["/users/{id}"], 2);
    /// # assert_eq!(by_route["none"], 1);
    /// ```
    pub fn route(&self) -> Option<&str> {
        self.route.as_deref()
    }

    /// Returns the path without the query string, if an HTTP edge opened it.
    ///
    /// # Examples
    ///
    /// ```
    /// # use trace_runtime::{edge::{self, Request}, propagation::Incoming, testing::Capture};
    /// # let capture = Capture::new();
    /// # let callsite = edge::callsite!("http_request", target: "my_edge");
    /// # let request = capture.run(|| Request::open(callsite, Incoming::none(), "GET", "/exports/4711"));
    /// # let in_flight = || capture.in_flight();
    /// let open = in_flight();
    /// let is_exported = open.iter().any(|open| open.path() == Some("/exports/4711"));
    /// assert!(is_exported, "answer 409: the same export is running");
    /// ```
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// Returns the status, once the head of the response exists. The request then
    /// lasts until its body has been read to its end, or its client leaves.
    ///
    /// # Examples
    ///
    /// A slow server or slow clients? The head of a response shows the
    /// difference:
    ///
    /// ```
    /// # use trace_runtime::{edge::{self, Request}, propagation::Incoming, testing::Capture};
    /// use trace_runtime::OpenRequest;
    ///
    /// # let capture = Capture::new();
    /// # let callsite = edge::callsite!("http_request", target: "my_edge");
    /// # let mut requests = capture.run(|| {
    /// #     ["/1", "/2", "/3"].map(|path| Request::open(callsite, Incoming::none(), "GET", path))
    /// # });
    /// # requests[0].set_status(200);
    /// # let in_flight = || capture.in_flight();
    /// let is_answered = |open: &OpenRequest| open.status().is_some();
    /// let (sending, working): (Vec<_>, Vec<_>) = in_flight().into_iter().partition(is_answered);
    /// assert_eq!((sending.len(), working.len()), (1, 2));
    /// ```
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// Returns whether it answers with a stream of events, which lasts as long as
    /// its client likes.
    ///
    /// # Examples
    ///
    /// A shutdown closes streams at once, because it would wait for them in
    /// vain:
    ///
    /// ```
    /// # use trace_runtime::{edge::{self, Request}, propagation::Incoming, testing::Capture};
    /// # let capture = Capture::new();
    /// # let callsite = edge::callsite!("http_request", target: "my_edge");
    /// # let mut request = capture.run(|| Request::open(callsite, Incoming::none(), "GET", "/events"));
    /// request.set_stream();
    /// let open = capture.in_flight();
    /// assert_eq!(open.iter().filter(|open| !open.is_stream()).count(), 0, "nothing to wait for");
    /// assert_eq!(open[0].kind(), "stream");
    /// ```
    pub fn is_stream(&self) -> bool {
        self.is_stream
    }

    /// Returns how long it has been running.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use trace_runtime::{in_flight, testing::Capture, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn handler() -> bool {
    ///     tokio::time::sleep(Duration::from_millis(5)).await;
    ///     in_flight().iter().any(|open| open.age() >= Duration::from_millis(5))
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// assert!(Capture::new().scope(handler()).await);
    /// # }
    /// ```
    pub fn age(&self) -> Duration {
        Duration::from_nanos(self.age_ns)
    }

    /// Returns the step that it is in: of those that have begun and not ended, the
    /// one that began last. `None` if the request is in no step, but in its own
    /// code or in code that is not timed.
    ///
    /// A request whose steps run side by side, in a `join!` or in spawned tasks,
    /// may be waiting for any of [`steps`](Self::steps).
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{OpenStep, in_flight, testing::Capture, timed, traced_handler};
    ///
    /// #[timed]
    /// async fn ask_stock() -> Option<&'static str> {
    ///     in_flight()[0].step().map(OpenStep::name)
    /// }
    ///
    /// #[traced_handler]
    /// async fn get_order() -> (Option<&'static str>, bool) {
    ///     (ask_stock().await, in_flight()[0].step().is_none())
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// assert_eq!(Capture::new().scope(get_order()).await, (Some("ask_stock"), true));
    /// # }
    /// ```
    pub fn step(&self) -> Option<&OpenStep> {
        self.steps.last()
    }

    /// Returns the steps that have begun and not ended, in the order in which they
    /// began: a step comes after those that it is inside.
    ///
    /// One that begins while a thousand others are open is not seen.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{OpenStep, in_flight, step, testing::Capture, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn handler() -> Vec<&'static str> {
    ///     step!("outer", async { step!("inner", async { names() }).await }).await
    /// }
    ///
    /// fn names() -> Vec<&'static str> {
    ///     in_flight()[0].steps().iter().map(OpenStep::name).collect()
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// assert_eq!(Capture::new().scope(handler()).await, ["outer", "inner"]);
    /// # }
    /// ```
    pub fn steps(&self) -> &[OpenStep] {
        &self.steps
    }

    /// Returns why it has not ended, for a test that expects it to.
    pub(crate) fn awaits(&self) -> &'static str {
        match self.status {
            _ if !self.is_of_edge => "its future has not been polled to its end or dropped",
            Some(_) => "its response body has not been read to its end or dropped",
            None => "there is no response yet",
        }
    }
}

impl OpenStep {
    /// Returns the name of the step.
    ///
    /// # Examples
    ///
    /// What all requests wait for, when nothing moves:
    ///
    /// ```
    /// use std::collections::BTreeMap;
    /// use trace_runtime::{OpenStep, in_flight, step, testing::Capture, traced_handler};
    ///
    /// fn awaited() -> BTreeMap<&'static str, usize> {
    ///     let mut awaited = BTreeMap::new();
    ///     for open in in_flight() {
    ///         *awaited.entry(open.step().map_or("itself", OpenStep::name)).or_default() += 1;
    ///     }
    ///     awaited
    /// }
    ///
    /// #[traced_handler]
    /// async fn handler() -> BTreeMap<&'static str, usize> {
    ///     step!("connect", async { awaited() }).await
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// assert_eq!(Capture::new().scope(handler()).await, BTreeMap::from([("connect", 1)]));
    /// # }
    /// ```
    pub fn name(&self) -> &'static str {
        self.callsite.facts.name
    }

    /// Returns its module, or the target that replaces it.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{in_flight, testing::Capture, timed, traced_handler};
    ///
    /// #[timed(target = "shop::db")]
    /// async fn load() -> bool {
    ///     in_flight()[0].step().is_some_and(|step| step.target() == "shop::db")
    /// }
    ///
    /// #[traced_handler]
    /// async fn handler() -> bool {
    ///     load().await
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// assert!(Capture::new().scope(handler()).await);
    /// # }
    /// ```
    pub fn target(&self) -> &'static str {
        self.callsite.facts.target
    }

    /// Returns how long ago it began.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::{thread, time::Duration};
    /// use trace_runtime::{in_flight, testing::Capture, timed, traced_handler};
    ///
    /// #[timed]
    /// async fn load() -> Duration {
    ///     let open = &in_flight()[0];
    ///     open.age() - open.step().unwrap().age()
    /// }
    ///
    /// #[traced_handler]
    /// async fn handler() -> Duration {
    ///     thread::sleep(Duration::from_millis(5)); // not in a step
    ///     load().await
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let before_the_step = Capture::new().scope(handler()).await;
    /// assert!(before_the_step >= Duration::from_millis(5));
    /// # }
    /// ```
    pub fn age(&self) -> Duration {
        Duration::from_nanos(self.age_ns)
    }
}
