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

/// A step that has not ended.
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
    pub fn trace_id(&self) -> &TraceId {
        &self.trace_id
    }

    /// Returns the request id that arrived beside the id of the trace, if one did.
    pub fn request_id(&self) -> Option<&TraceId> {
        self.request_id.as_ref()
    }

    /// Returns its own span, as its line will have it.
    pub fn span_id(&self) -> SpanId {
        self.span_id
    }

    /// Returns `request`, `job` or `stream`, as its line will have it.
    pub fn kind(&self) -> &'static str {
        match self.callsite.facts.kind {
            LineKind::Job => "job",
            _ if self.is_stream => "stream",
            LineKind::Request | LineKind::Step | LineKind::Event => "request",
        }
    }

    /// Returns the name of its handler, or that of its edge before one has begun.
    pub fn name(&self) -> &'static str {
        self.callsite.facts.name
    }

    /// Returns the module of its handler, or the target that replaces it.
    pub fn target(&self) -> &'static str {
        self.callsite.facts.target
    }

    /// Returns the method, if an HTTP edge opened it.
    pub fn method(&self) -> Option<&str> {
        self.method.as_deref()
    }

    /// Returns the pattern that the path has matched, if that is known.
    pub fn route(&self) -> Option<&str> {
        self.route.as_deref()
    }

    /// Returns the path without the query string, if an HTTP edge opened it.
    pub fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    /// Returns the status, once the head of the response exists. The request then
    /// lasts until its body has been read to its end, or its client leaves.
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// Returns whether it answers with a stream of events, which lasts as long as
    /// its client likes.
    pub fn is_stream(&self) -> bool {
        self.is_stream
    }

    /// Returns how long it has been running.
    pub fn age(&self) -> Duration {
        Duration::from_nanos(self.age_ns)
    }

    /// Returns the step that it is in: of those that have begun and not ended, the
    /// one that began last. `None` if the request is in no step, but in its own
    /// code or in code that is not timed.
    ///
    /// A request whose steps run side by side, in a `join!` or in spawned tasks,
    /// may be waiting for any of [`steps`](Self::steps).
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
    pub fn name(&self) -> &'static str {
        self.callsite.facts.name
    }

    /// Returns its module, or the target that replaces it.
    pub fn target(&self) -> &'static str {
        self.callsite.facts.target
    }

    /// Returns how long ago it began.
    pub fn age(&self) -> Duration {
        Duration::from_nanos(self.age_ns)
    }
}
