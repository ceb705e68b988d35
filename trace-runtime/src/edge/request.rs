//! A request that an edge holds open.

use std::{any::Any, borrow::Cow, fmt, time::Duration};

use super::{Callsite, Fields};
use crate::{
    clock::Moment,
    context::{Context, OpenedBy, Owner, Trace},
    failure::{ErrorText, Failure},
    field::kept::Kept,
    filter, guard,
    id::{IntoTraceId, TraceId},
    level::Level,
    outcome::Outcome,
    panic,
    record::Exchange,
    scope::{EdgeFacts, Running, Scope},
};

/// Makes the static that names an edge's requests.
#[doc(hidden)]
#[macro_export]
macro_rules! __edge_callsite {
    ($name:literal, target: $target:literal) => {
        $crate::__private::edge_callsite($crate::__private::callsite! {
            request, target: $target, name: $name
        })
    };
}

/// Makes the static that names an edge's calls to other services.
#[doc(hidden)]
#[macro_export]
macro_rules! __edge_call_callsite {
    ($name:literal, target: $target:literal) => {
        $crate::__private::edge_callsite($crate::__private::callsite! {
            step, target: $target, name: $name
        })
    };
}

/// A request that an edge holds open.
///
/// Its line is written when it [ends](Self::end). One that is dropped before
/// was cancelled; one whose [`enter`](Self::enter) unwinds has panicked.
#[must_use = "a request that is dropped was cancelled"]
pub struct Request {
    scope: Option<Scope>,
    owner: Owner,
    trace_id: TraceId,
    /// Whether a panic below was caught by the edge.
    panic_caught: bool,
}

impl Request {
    /// Opens a request that takes over what came in.
    pub fn open(
        Callsite(callsite): Callsite,
        incoming: impl IntoTraceId,
        method: impl Into<Cow<'static, str>>,
        path: &str,
    ) -> Self {
        let exchange = Exchange {
            method: method.into(),
            route: None,
            path: path.into(),
            status: None,
            grpc_status: None,
            ttfb_ns: None,
            is_stream: false,
        };
        let facts = EdgeFacts { exchange, level: None, is_quiet: false, error: None, answer: None };
        let (inherited, outer) = (incoming.into_inherited(), Context::current().owner);
        let trace = Trace::new(inherited, OpenedBy::Edge, Kept::default());
        let trace_id = trace.id.clone();
        let owner = Owner::of_trace(trace, &outer);
        let mut scope = None;
        Scope::request(&mut scope, callsite, owner.clone(), Some(facts.into()));
        Self { scope, owner, trace_id, panic_caught: false }
    }

    /// Returns the id of the trace.
    pub fn trace_id(&self) -> &TraceId {
        &self.trace_id
    }

    /// Returns the request id that came in, or else the id of the trace.
    pub fn request_id(&self) -> &TraceId {
        let trace = self.owner.trace();
        trace.and_then(|trace| trace.remote.request_id.as_ref()).unwrap_or(&self.trace_id)
    }

    /// Returns the names of the steps that have ended so far, and the time
    /// that each took in all.
    pub fn steps(&self) -> Vec<(&'static str, Duration)> {
        let steps = self.owner.trace().map(Trace::steps).unwrap_or_default().into_iter();
        steps.map(|(name, nanos)| (name, Duration::from_nanos(nanos))).collect()
    }

    /// Calls `run` inside the request: around each call and poll of what
    /// answers it, and around dropping it.
    pub fn enter<R>(&mut self, run: impl FnOnce() -> R) -> R {
        let Some(mut running) = Running::resume(&mut self.scope) else { return run() };
        let value = running.enter(run);
        running.pause();
        value
    }

    /// Sets the pattern that the path has matched.
    pub fn set_route(&mut self, route: &str) {
        self.with_facts(|facts| facts.exchange.route = Some(route.into()));
    }

    /// Sets the status, now that the head of the response is there.
    pub fn set_status(&mut self, status: u16) {
        let Some(scope) = &self.scope else { return };
        let start = scope.start;
        if let Some(trace) = self.owner.trace() {
            trace.respond();
        }
        self.with_facts(|facts| {
            facts.exchange.status = Some(status);
            facts.exchange.ttfb_ns = Some(Moment::now().nanos_since(start));
        });
    }

    /// Sets the status that gRPC has for it.
    pub fn set_grpc_status(&mut self, status: u32) {
        self.with_facts(|facts| facts.exchange.grpc_status = Some(status));
    }

    /// Says that the response is a stream of events, which ends when its client
    /// leaves: its line has the kind `stream`. It is `ok` then, if its status
    /// was below 400, and it is slow if its head was late, however long the
    /// stream went on.
    pub fn set_stream(&mut self) {
        self.with_facts(|facts| facts.exchange.is_stream = true);
    }

    /// Calls `write` with what takes fields for the line, unless no line is
    /// wanted. It may panic: that is caught, and what was set stays.
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
        if let (Some(trace), Some(output)) = (self.owner.trace(), self.owner.output())
            && filter::is_anything_on()
        {
            let mut fields = Fields::new(trace, output.style.limits);
            let _ = guard::caught(|| write(&mut fields));
        }
    }

    /// Sets the level of the line, also if the request fails; one that
    /// panicked is an ERROR all the same, and one that is slow a WARN.
    pub fn set_level(&mut self, level: Level) {
        self.with_facts(|facts| facts.level = Some(level));
    }

    /// Leaves the line out if the request goes well and is not slow.
    pub fn set_quiet(&mut self) {
        self.with_facts(|facts| facts.is_quiet = true);
    }

    /// Sets what went wrong; the error of a handler goes first.
    pub fn set_error(&mut self, error: &dyn fmt::Display) {
        let text = shown(error);
        self.with_facts(|facts| facts.error = Some(text));
    }

    /// Sets how the request was answered: what the line says of one that failed
    /// or was cancelled, where nothing else says why.
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

    /// Notes that a panic came out of [`enter`](Self::enter)'s closure and was
    /// caught there: however the request goes on, it has panicked.
    pub fn panic_caught(&mut self, payload: &(dyn Any + Send)) {
        self.panic_caught = true;
        let said = payload.downcast_ref::<&str>().map(|text| (*text).to_owned());
        let said = said.or_else(|| payload.downcast_ref::<String>().cloned());
        if let Some(message) = panic::message().or(said) {
            self.with_facts(|facts| facts.error = Some(message.into()));
        }
    }

    /// Ends the request as `outcome`, and writes its line.
    ///
    /// A request that was dropped is [`Cancelled`](Outcome::Cancelled); one in
    /// which a panic was caught is [`Panicked`](Outcome::Panicked), whatever the
    /// edge says.
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

    /// Returns how a request ends that is let go: with a stream, it is the
    /// client's to say when.
    fn left(&self) -> Outcome {
        let exchange = self.scope.as_ref().and_then(|scope| scope.edge.as_deref());
        let exchange = exchange.map(|facts| &facts.exchange).filter(|it| it.is_stream);
        match exchange.and_then(|exchange| exchange.status) {
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
