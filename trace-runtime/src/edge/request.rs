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
///
/// # Examples
///
/// ```
/// use std::panic;
/// use trace_runtime::{edge::{self, Outcome, Request}, propagation::Incoming, testing::Capture};
///
/// let capture = Capture::new();
/// capture.run(|| {
///     let callsite = edge::callsite!("http_request", target: "my_edge");
///     let open = || Request::open(callsite, Incoming::none(), "GET", "/users/42");
///     open().end(Outcome::Ok);
///     drop(open()); // its client has left
///     let _ = panic::catch_unwind(|| open().enter(|| panic!("oh no")));
/// });
/// let panicked = "http_request panicked: oh no\n  \"panicked: oh no\"\n";
/// assert_eq!(capture.tree(), format!("http_request ok\nhttp_request cancelled\n{panicked}"));
/// ```
#[must_use = "a request that is dropped was cancelled"]
pub struct Request {
    scope: Option<Scope>,
    owner: Owner,
    trace_id: TraceId,
    /// Whether the edge has caught a panic of code below.
    panic_caught: bool,
}

impl Request {
    /// Opens a request with the ids that arrived. `method` and `path` stand on
    /// its line as they are: leave out the query string, which may hold what no
    /// log should.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::edge::{self, Outcome, Request};
    /// use trace_runtime::{propagation::extract, testing::Capture};
    ///
    /// let capture = Capture::new();
    /// capture.run(|| {
    ///     let callsite = edge::callsite!("http_request", target: "my_edge");
    ///     let incoming = extract(|name| (name == "x-request-id").then_some("req-7"));
    ///     let (path, _query) = "/users/42?token=secret".split_once('?').unwrap();
    ///     Request::open(callsite, incoming, "GET", path).end(Outcome::Ok);
    /// });
    /// let line = &capture.values()[0];
    /// assert_eq!((&line["method"], &line["path"]), (&"GET".into(), &"/users/42".into()));
    /// assert_eq!(line["trace_id"], "req-7");
    /// ```
    pub fn open(
        Callsite(callsite): Callsite,
        incoming: impl IntoTraceId,
        method: impl Into<Cow<'static, str>>,
        path: &str,
    ) -> Self {
        let (inherited, outer) = (incoming.into_inherited(), Context::current().owner);
        let opening = (OpenedBy::Edge, callsite);
        let asked = Some(Asked::new(method.into(), path.into()));
        let owner = offer::opened(inherited, opening, Kept::default(), asked, &outer);
        let trace_id = owner.trace().map(|trace| trace.id.clone());
        let trace_id = trace_id.unwrap_or_else(TraceId::generate); // it has one
        let mut scope = None;
        Scope::request(&mut scope, callsite, owner.clone(), Some(Box::default()));
        Self { scope, owner, trace_id, panic_caught: false }
    }

    /// Returns the id of the trace.
    ///
    /// # Examples
    ///
    /// ```
    /// # use trace_runtime::{edge::{self, Outcome, Request}, propagation::Incoming, testing::Capture};
    /// # let capture = Capture::new();
    /// # let callsite = edge::callsite!("http_request", target: "my_edge");
    /// # let request = capture.run(|| Request::open(callsite, Incoming::none(), "GET", "/users/42"));
    /// let page = format!("Something went wrong. Our support asks for this: {}", request.trace_id());
    /// request.end(Outcome::Error);
    /// assert!(page.ends_with(capture.values()[0]["trace_id"].as_str().unwrap()));
    /// ```
    pub fn trace_id(&self) -> &TraceId {
        &self.trace_id
    }

    /// Returns the request id that arrived, or else the id of the trace.
    ///
    /// # Examples
    ///
    /// The client gets back the id that it has sent:
    ///
    /// ```
    /// # use std::collections::HashMap;
    /// # use trace_runtime::{edge::{self, Request}, propagation::extract, testing::Capture};
    /// # let capture = Capture::new();
    /// # let callsite = edge::callsite!("http_request", target: "my_edge");
    /// # let headers = HashMap::from([
    /// #     ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
    /// #     ("x-request-id", "req-7"),
    /// # ]);
    /// # let incoming = extract(|name| headers.get(name));
    /// # let request = capture.run(|| Request::open(callsite, incoming, "GET", "/users/42"));
    /// let response_headers = [
    ///     ("x-request-id", request.request_id().to_string()),
    ///     ("x-trace-id", request.trace_id().to_string()),
    /// ];
    /// assert_eq!(response_headers[0].1, "req-7");
    /// assert_eq!(response_headers[1].1, "4bf92f3577b34da6a3ce929d0e0e4736");
    /// ```
    pub fn request_id(&self) -> &TraceId {
        let trace = self.owner.trace();
        trace.and_then(|trace| trace.remote.request_id.as_ref()).unwrap_or(&self.trace_id)
    }

    /// Returns the names of the steps that have ended so far, and the total
    /// time of each. Those that end inside [`enter`](Self::enter) are there when it
    /// returns.
    ///
    /// # Examples
    ///
    /// A response says what took so long, in [`Server-Timing`][it]:
    ///
    /// ```
    /// # use trace_runtime::{edge::{self, Outcome, Request}, propagation::Incoming, testing::Capture};
    /// use trace_runtime::timed;
    ///
    /// #[timed]
    /// fn load() {}
    ///
    /// # let capture = Capture::new();
    /// # let callsite = edge::callsite!("http_request", target: "my_edge");
    /// # let mut request = capture.run(|| Request::open(callsite, Incoming::none(), "GET", "/users/42"));
    /// request.enter(|| (load(), load()));
    /// let timing: Vec<String> = request
    ///     .steps()
    ///     .iter()
    ///     .map(|(name, took)| format!("{name};dur={:.3}", took.as_secs_f64() * 1_000.0))
    ///     .collect();
    /// assert!(timing.len() == 1 && timing[0].starts_with("load;dur="));
    /// ```
    ///
    /// [it]: https://www.w3.org/TR/server-timing/
    pub fn steps(&self) -> Vec<(&'static str, Duration)> {
        let steps = self.owner.trace().map(Trace::steps).unwrap_or_default().into_iter();
        steps.map(|(name, nanos)| (name, Duration::from_nanos(nanos))).collect()
    }

    /// Calls `run` inside the request. Use it around each call and poll of the
    /// service that answers, and around dropping it.
    ///
    /// # Examples
    ///
    /// ```
    /// # use trace_runtime::{edge::{self, Outcome, Request}, propagation::Incoming, testing::Capture};
    /// use trace_runtime::info;
    ///
    /// # let capture = Capture::new();
    /// # let callsite = edge::callsite!("http_request", target: "my_edge");
    /// # let mut request = capture.run(|| Request::open(callsite, Incoming::none(), "GET", "/users/42"));
    /// request.enter(|| info!("first byte"));
    /// request.enter(|| info!("last byte"));
    /// request.end(Outcome::Ok);
    /// assert_eq!(capture.tree(), "http_request ok\n  \"first byte\"\n  \"last byte\"\n");
    /// ```
    pub fn enter<R>(&mut self, run: impl FnOnce() -> R) -> R {
        let Some(mut running) = Running::resume(&mut self.scope) else { return run() };
        let value = running.enter(run);
        running.pause();
        value
    }

    /// Sets the pattern that the path matched. The last one that is set counts.
    ///
    /// # Examples
    ///
    /// ```
    /// # use trace_runtime::{edge::{self, Outcome, Request}, propagation::Incoming, testing::Capture};
    /// # let capture = Capture::new();
    /// # let callsite = edge::callsite!("http_request", target: "my_edge");
    /// # let mut request = capture.run(|| Request::open(callsite, Incoming::none(), "GET", "/users/42"));
    /// request.set_route("/users/{id}");
    /// request.end(Outcome::Ok);
    /// let line = &capture.values()[0];
    /// assert_eq!((&line["route"], &line["path"]), (&"/users/{id}".into(), &"/users/42".into()));
    /// ```
    pub fn set_route(&mut self, route: &str) {
        if let Some(trace) = self.owner.trace() {
            let _ = trace.asked.swap_route(Some(route.into()));
        }
    }

    /// Sets the status. Call it when the head of the response is ready: the
    /// line has the time until then, too, as `ttfb_ms`.
    ///
    /// # Examples
    ///
    /// ```
    /// # use trace_runtime::{edge::{self, Outcome, Request}, propagation::Incoming, testing::Capture};
    /// # let capture = Capture::new();
    /// # let callsite = edge::callsite!("http_request", target: "my_edge");
    /// # let mut request = capture.run(|| Request::open(callsite, Incoming::none(), "GET", "/users/42"));
    /// request.set_status(200);
    /// request.enter(|| std::thread::sleep(std::time::Duration::from_millis(2))); // the body
    /// request.end(Outcome::Ok);
    /// let line = &capture.values()[0];
    /// assert_eq!(line["status"], 200);
    /// assert!(line["duration_ms"].as_f64() >= line["ttfb_ms"].as_f64().map(|ttfb| ttfb + 2.0));
    /// ```
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

    /// Sets the gRPC status of the response: one of its [status codes][codes],
    /// where 0 is success. It arrives with the trailers, long after the status
    /// of HTTP.
    ///
    /// # Examples
    ///
    /// ```
    /// # use trace_runtime::{edge::{self, Outcome, Request}, propagation::Incoming, testing::Capture};
    /// # let capture = Capture::new();
    /// # let callsite = edge::callsite!("grpc_request", target: "my_edge");
    /// # let mut request = capture.run(|| Request::open(callsite, Incoming::none(), "POST", "/Users/Get"));
    /// request.set_status(200);
    /// request.set_grpc_status(13); // INTERNAL
    /// request.end(Outcome::Error);
    /// let line = &capture.values()[0];
    /// assert_eq!((&line["status"], &line["grpc_status"]), (&200.into(), &13.into()));
    /// ```
    ///
    /// [codes]: https://grpc.io/docs/guides/status-codes/
    pub fn set_grpc_status(&mut self, status: u32) {
        self.with_facts(|facts| facts.response.grpc_status = Some(status));
    }

    /// Marks the response as a stream of events, which ends when its client
    /// leaves. The line then has the kind `stream`. It is `ok` if the status is
    /// below 400. It is slow if the head of the response was late; the length
    /// of the stream does not count.
    ///
    /// # Examples
    ///
    /// ```
    /// # use trace_runtime::{edge::{self, Outcome, Request}, propagation::Incoming, testing::Capture};
    /// # let capture = Capture::new();
    /// # let callsite = edge::callsite!("http_request", target: "my_edge");
    /// # let mut request = capture.run(|| Request::open(callsite, Incoming::none(), "GET", "/events"));
    /// request.set_stream(); // its content type is text/event-stream
    /// request.set_status(200);
    /// drop(request); // its client leaves
    /// let line = &capture.values()[0];
    /// assert_eq!((&line["kind"], &line["outcome"]), (&"stream".into(), &"ok".into()));
    /// ```
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
    ///
    /// # Examples
    ///
    /// A client that asks for what is not there is worth a look, and nothing
    /// more:
    ///
    /// ```
    /// # use trace_runtime::{edge::{self, Outcome, Request}, propagation::Incoming, testing::Capture};
    /// use trace_runtime::Level;
    ///
    /// # let capture = Capture::new();
    /// # let callsite = edge::callsite!("http_request", target: "my_edge");
    /// # let mut request = capture.run(|| Request::open(callsite, Incoming::none(), "GET", "/users/42"));
    /// request.set_status(404);
    /// request.set_level(Level::Warn);
    /// request.end(Outcome::Ok);
    /// assert_eq!(capture.values()[0]["level"], "WARN");
    /// ```
    pub fn set_level(&mut self, level: Level) {
        self.with_facts(|facts| facts.level = Some(level));
    }

    /// Writes no line if the request succeeds and is not slow.
    ///
    /// # Examples
    ///
    /// ```
    /// # use trace_runtime::{edge::{self, Outcome, Request}, propagation::Incoming, testing::Capture};
    /// # let capture = Capture::new();
    /// # let callsite = edge::callsite!("http_request", target: "my_edge");
    /// # let open = || capture.run(|| Request::open(callsite, Incoming::none(), "GET", "/health"));
    /// for outcome in [Outcome::Ok, Outcome::Ok, Outcome::Error] {
    ///     let mut request = open(); // the probe of a load balancer
    ///     request.set_quiet();
    ///     request.end(outcome);
    /// }
    /// assert_eq!(capture.tree(), "http_request error\n");
    /// ```
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

    /// Sets the error, as the line is to show it. An error of the handler takes
    /// precedence.
    ///
    /// # Examples
    ///
    /// ```
    /// # use trace_runtime::{edge::{self, Outcome, Request}, propagation::Incoming, testing::Capture};
    /// use std::io;
    ///
    /// # let capture = Capture::new();
    /// # let callsite = edge::callsite!("http_request", target: "my_edge");
    /// # let mut request = capture.run(|| Request::open(callsite, Incoming::none(), "GET", "/users/42"));
    /// request.set_status(200);
    /// request.set_error(&io::Error::from(io::ErrorKind::ConnectionReset)); // within the body
    /// request.end(Outcome::Error);
    /// assert_eq!(capture.values()[0]["error"], "connection reset");
    /// ```
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
    ///
    /// The error is the message of the panic, if it has one.
    ///
    /// # Examples
    ///
    /// ```
    /// # use trace_runtime::{edge::{self, Outcome, Request}, propagation::Incoming, testing::Capture};
    /// use std::panic;
    ///
    /// fn service() -> u16 {
    ///     panic!("no such table")
    /// }
    ///
    /// # let capture = Capture::new();
    /// # let callsite = edge::callsite!("http_request", target: "my_edge");
    /// # let mut request = capture.run(|| Request::open(callsite, Incoming::none(), "GET", "/users/42"));
    /// let status = request.enter(|| panic::catch_unwind(service)).unwrap_or_else(|payload| {
    ///     request.panic_caught(&*payload);
    ///     500
    /// });
    /// request.set_status(status);
    /// request.end(Outcome::Ok);
    /// let line = &capture.values()[1]; // after that of the panic
    /// assert_eq!((&line["outcome"], &line["error"]), (&"panicked".into(), &"no such table".into()));
    /// ```
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
    ///
    /// # Examples
    ///
    /// What is an error is for the edge to say: here, only what the server got
    /// wrong.
    ///
    /// ```
    /// # use trace_runtime::{edge::{self, Outcome, Request}, propagation::Incoming, testing::Capture};
    /// # let capture = Capture::new();
    /// # let callsite = edge::callsite!("http_request", target: "my_edge");
    /// # let open = || capture.run(|| Request::open(callsite, Incoming::none(), "GET", "/users/42"));
    /// for status in [200, 404, 503] {
    ///     let mut request = open();
    ///     request.set_status(status);
    ///     request.end(if status < 500 { Outcome::Ok } else { Outcome::Error });
    /// }
    /// let levels: Vec<_> = capture.values().iter().map(|line| line["level"].clone()).collect();
    /// assert_eq!(levels, ["INFO", "INFO", "ERROR"]);
    /// ```
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
        std::mem::take(&mut self.owner).spare();
    }
}

impl fmt::Debug for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Request").field("trace_id", self.trace_id()).finish_non_exhaustive()
    }
}
