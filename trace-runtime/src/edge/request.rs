//! A request that an edge holds open.

use std::{any::Any, borrow::Cow, fmt, time::Duration};

use super::{Callsite, Fields};
use crate::{
    clock::Moment,
    context::{Asked, Context, OpenedBy, Owner, Trace},
    dispatch::offer,
    failure::{ErrorText, Failure},
    field::kept::Kept,
    filter, guard,
    id::{IntoTraceId, TraceId},
    level::Level,
    outcome::Outcome,
    panic,
    scope::{EdgeFacts, Running, Scope},
};

/// Makes the static for an edge's requests.
#[doc(hidden)]
#[macro_export]
macro_rules! __edge_callsite {
    ($name:literal, target: $target:literal) => {
        $crate::__private::edge_callsite($crate::__private::callsite! {
            request, target: $target, name: $name
        })
    };
}

/// Makes the static for an edge's calls to other services.
#[doc(hidden)]
#[macro_export]
macro_rules! __edge_call_callsite {
    ($name:literal, target: $target:literal) => {
        $crate::__private::edge_callsite($crate::__private::callsite! {
            service_call, target: $target, name: $name
        })
    };
}

/// A request that an edge holds open.
///
/// Its line is written when it [ends](Self::end). If it is dropped before that,
/// it was cancelled. If [`enter`](Self::enter) unwinds, it has panicked.
#[must_use = "a request that is dropped was cancelled"]
pub struct Request {
    scope: Option<Scope>,
    owner: Owner,
    trace_id: TraceId,
    /// Whether the edge has caught a panic of code below.
    panic_caught: bool,
}

impl Request {
    /// Opens a request with the ids that arrived.
    pub fn open(
        Callsite(callsite): Callsite,
        incoming: impl IntoTraceId,
        method: impl Into<Cow<'static, str>>,
        path: &str,
    ) -> Self {
        let (inherited, outer) = (incoming.into_inherited(), Context::current().owner);
        let opening = (OpenedBy::Edge, callsite);
        let asked = Asked::new(method.into(), path.into());
        let owner = offer::opened(inherited, opening, Kept::default(), asked, &outer);
        let trace_id = owner.trace().map(|trace| trace.id.clone());
        let trace_id = trace_id.unwrap_or_else(TraceId::generate); // it has one
        let mut scope = None;
        Scope::request(&mut scope, callsite, owner.clone(), Some(Box::default()));
        Self { scope, owner, trace_id, panic_caught: false }
    }

    /// Returns the id of the trace.
    pub fn trace_id(&self) -> &TraceId {
        &self.trace_id
    }

    /// Returns the request id that arrived, or else the id of the trace.
    pub fn request_id(&self) -> &TraceId {
        let trace = self.owner.trace();
        trace.and_then(|trace| trace.remote.request_id.as_ref()).unwrap_or(&self.trace_id)
    }

    /// Returns the names of the steps that have ended so far, and the total
    /// time of each.
    pub fn steps(&self) -> Vec<(&'static str, Duration)> {
        let steps = self.owner.trace().map(Trace::steps).unwrap_or_default().into_iter();
        steps.map(|(name, nanos)| (name, Duration::from_nanos(nanos))).collect()
    }

    /// Calls `run` inside the request. Use it around each call and poll of the
    /// service that answers, and around dropping it.
    pub fn enter<R>(&mut self, run: impl FnOnce() -> R) -> R {
        let Some(mut running) = Running::resume(&mut self.scope) else { return run() };
        let value = running.enter(run);
        running.pause();
        value
    }

    /// Sets the pattern that the path matched.
    pub fn set_route(&mut self, route: &str) {
        if let Some(trace) = self.owner.trace() {
            let _ = trace.asked.swap_route(Some(route.into()));
        }
    }

    /// Sets the status. Call it when the head of the response is ready.
    pub fn set_status(&mut self, status: u16) {
        let Some(scope) = &self.scope else { return };
        let start = scope.start;
        if let Some(trace) = self.owner.trace() {
            trace.asked.set_status(status);
        }
        self.with_facts(|facts| {
            facts.response.status = Some(status);
            facts.response.ttfb_ns = Some(Moment::now().nanos_since(start));
        });
    }

    /// Sets the gRPC status of the response.
    pub fn set_grpc_status(&mut self, status: u32) {
        self.with_facts(|facts| facts.response.grpc_status = Some(status));
    }

    /// Marks the response as a stream of events, which ends when its client
    /// leaves. The line then has the kind `stream`. It is `ok` if the status is
    /// below 400. It is slow if the head of the response was late; the length
    /// of the stream does not count.
    pub fn set_stream(&mut self) {
        if let Some(trace) = self.owner.trace() {
            trace.asked.set_stream();
        }
        self.with_facts(|facts| facts.response.is_stream = true);
    }

    /// Calls `write` with a receiver of fields for the line, unless no line is
    /// wanted. If `write` panics, the panic is caught, and the fields set
    /// before it stay.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{edge::{self, Outcome, Request}, propagation::Incoming, testing::Capture};
    ///
    /// let capture = Capture::new();
    /// capture.run(|| {
    ///     let callsite = edge::callsite!("http_request", target: "my_edge");
    ///     let mut request = Request::open(callsite, Incoming::none(), "GET", "/");
    ///     request.record(|fields| {
    ///         fields.set("user_agent", "curl/8");
    ///         fields.set("status", "a key of ours");
    ///     });
    ///     request.end(Outcome::Ok);
    /// });
    /// let line = &capture.values()[0];
    /// assert_eq!(line["user_agent"], "curl/8");
    /// assert_eq!(line["field.status"], "a key of ours");
    /// ```
    pub fn record(&mut self, write: impl FnOnce(&mut Fields<'_>)) {
        if !filter::is_anything_on() {
            return;
        }
        if let (Some(trace), Some(output)) = (self.owner.trace(), self.owner.output()) {
            let mut fields = Fields::new(trace, output.style.limits);
            let _ = guard::caught(|| write(&mut fields));
        }
    }

    /// Sets the level of the line, for success and for failure. A request that
    /// panicked is still an ERROR, and a slow one is at least a WARN.
    pub fn set_level(&mut self, level: Level) {
        self.with_facts(|facts| facts.level = Some(level));
    }

    /// Writes no line if the request succeeds and is not slow.
    pub fn set_quiet(&mut self) {
        if let Some(trace) = self.owner.trace() {
            trace.set_quiet();
        }
        self.with_facts(|facts| facts.is_quiet = true);
    }

    /// Has the detail of the request written when it ends, however it ends, as
    /// [`force_detail`](crate::force_detail) does.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Detail, debug, edge::{self, Outcome, Request}};
    /// use trace_runtime::{propagation::Incoming, testing::Capture};
    ///
    /// let capture = Capture::with_detail("info", Detail::when_failed());
    /// capture.run(|| {
    ///     let callsite = edge::callsite!("http_request", target: "my_edge");
    ///     let mut request = Request::open(callsite, Incoming::none(), "GET", "/");
    ///     request.force_detail();
    ///     request.enter(|| debug!("looking"));
    ///     request.end(Outcome::Ok);
    /// });
    /// assert_eq!(capture.values()[0]["message"], "looking");
    /// ```
    pub fn force_detail(&mut self) {
        if let Some(trace) = self.owner.trace() {
            trace.detail.want();
        }
    }

    /// Sets the error. An error of the handler takes precedence.
    pub fn set_error(&mut self, error: &dyn fmt::Display) {
        let text = shown(error);
        self.with_facts(|facts| facts.error = Some(text));
    }

    /// Sets how the request was answered. A request that failed or was
    /// cancelled shows this on its line if no error is known.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{edge::{self, Outcome, Request}, propagation::Incoming, testing::Capture};
    ///
    /// let capture = Capture::new();
    /// capture.run(|| {
    ///     let callsite = edge::callsite!("http_request", target: "my_edge");
    ///     let mut request = Request::open(callsite, Incoming::none(), "GET", "/");
    ///     request.set_answer(&"answered 503 Service Unavailable");
    ///     request.end(Outcome::Error);
    /// });
    /// assert_eq!(capture.values()[0]["error"], "answered 503 Service Unavailable");
    /// ```
    pub fn set_answer(&mut self, answer: &dyn fmt::Display) {
        let text = shown(answer);
        self.with_facts(|facts| facts.answer = Some(text));
    }

    /// Records that a panic in [`enter`](Self::enter)'s closure was caught
    /// there. The outcome is then `panicked`, however the request continues.
    pub fn panic_caught(&mut self, payload: &(dyn Any + Send)) {
        self.panic_caught = true;
        let said = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let said = said.or_else(|| payload.downcast_ref::<String>().cloned());
        if let Some(message) = panic::message().or(said) {
            self.with_facts(|facts| facts.error = Some(message.into()));
        }
    }

    /// Ends the request with `outcome`, and writes its line.
    ///
    /// A request that is dropped without this is
    /// [`Cancelled`](Outcome::Cancelled). A request in which a panic was caught
    /// is [`Panicked`](Outcome::Panicked), whatever the edge passes here.
    pub fn end(mut self, outcome: Outcome) {
        self.close(outcome);
    }

    fn close(&mut self, outcome: Outcome) {
        let outcome = if self.panic_caught { Outcome::Panicked } else { outcome };
        let said = self.with_facts(|facts| (facts.error.take(), facts.answer.take()));
        let (error, answer) = said.unwrap_or_default();
        if let Some(mut running) = Running::resume(&mut self.scope) {
            let text = error.as_deref().map(ErrorText::Text);
            let text = text.or(answer.as_deref().map(ErrorText::Answer));
            running.close(outcome, Some(&Failure { text, source: None }));
        }
    }

    /// Returns the outcome of a request that is dropped. A stream may end at
    /// any time, because its client decides when.
    fn left(&self) -> Outcome {
        let facts = self.scope.as_ref().and_then(|scope| scope.edge.as_deref());
        let stream = facts.map(|facts| &facts.response).filter(|it| it.is_stream);
        match stream.and_then(|stream| stream.status) {
            Some(..400) => Outcome::Ok,
            Some(_) | None => Outcome::Cancelled,
        }
    }

    fn with_facts<R>(&mut self, run: impl FnOnce(&mut EdgeFacts) -> R) -> Option<R> {
        let facts = self.scope.as_mut()?.edge.as_deref_mut()?;
        Some(run(facts))
    }
}

fn shown(text: &dyn fmt::Display) -> Box<str> {
    let text = guard::caught(|| text.to_string());
    text.unwrap_or_else(|| "<panicked>".to_owned()).into()
}

impl Drop for Request {
    fn drop(&mut self) {
        self.close(self.left());
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("trace_id", self.trace_id()).finish_non_exhaustive()
    }
}
