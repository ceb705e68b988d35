//! A request, a step or a call that has ended.

use std::time::Duration;

use super::{
    Http, Text, Texts, Trace, TraceFacts,
    fields::{FailureText, Fields, Unread},
};
use crate::{
    id::{SpanId, TraceId},
    level::Level,
    outcome::Outcome,
};

/// What has ended.
///
/// # Examples
///
/// ```
/// use trace_runtime::{observe::{Closed, Kind}, step, testing::{Capture, Seen}, traced_handler};
///
/// /// The kinds of spans in OpenTelemetry.
/// fn span_kind(closed: &Closed<'_>) -> &'static str {
///     match closed.kind() {
///         Kind::Request => "SERVER",
///         Kind::Call => "CLIENT",
///         _ => "INTERNAL",
///     }
/// }
///
/// #[traced_handler]
/// async fn get_order() {
///     step!("load", {});
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let kinds = Seen::closed(span_kind);
/// Capture::new().observed_by(kinds.clone()).scope(get_order()).await;
/// assert_eq!(kinds.values(), ["INTERNAL", "SERVER"]);
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A request, or a job: the outermost scope of a trace.
    Request,
    /// A timed call within the service.
    Step,
    /// A request to another service.
    Call,
}

/// A request, a job, a step or a call that has ended.
///
/// # Examples
///
/// ```
/// use trace_runtime::{observe::Closed, testing::{Capture, Seen}, timed};
///
/// fn alert(closed: &Closed<'_>) -> Option<String> {
///     let error = closed.error()?;
///     Some(format!("{} in {}: {error}", closed.name(), closed.target()))
/// }
///
/// #[timed(target = "shop::db")]
/// fn load(id: u32) -> Result<u32, String> {
///     if id == 0 { Err("no row 0".to_owned()) } else { Ok(id) }
/// }
///
/// let alerts = Seen::closed(alert);
/// Capture::new().observed_by(alerts.clone()).run(|| [load(1), load(0)]);
/// assert_eq!(alerts.values(), [None, Some("load in shop::db: no row 0".to_owned())]);
/// ```
#[derive(Clone, Debug)]
pub struct Closed<'a>(pub(crate) ClosedFacts<'a>);

/// What [`Closed`] shows.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub(crate) struct ClosedFacts<'a> {
    pub(crate) kind: Kind,
    pub(crate) name: &'static str,
    pub(crate) target: &'static str,
    pub(crate) location: (&'static str, u32),
    pub(crate) callsite: u32,
    pub(crate) outcome: Outcome,
    pub(crate) level: Level,
    pub(crate) is_slow: bool,
    pub(crate) is_quiet: bool,
    pub(crate) is_written: bool,
    pub(crate) is_held: bool,
    pub(crate) start_unix_ns: u64,
    pub(crate) duration_ns: u64,
    pub(crate) busy_ns: Option<u64>,
    pub(crate) trace: Option<TraceFacts<'a>>,
    pub(crate) span_id: Option<SpanId>,
    pub(crate) parent_id: Option<SpanId>,
    pub(crate) parent_is_remote: bool,
    /// The members `,"error":"…","error_chain":[…]`.
    pub(crate) failure: &'a [u8],
    pub(crate) fields: Unread<'a>,
    pub(crate) http: Option<Http<'a>>,
}

impl<'a> Closed<'a> {
    /// Returns what has ended.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{observe::Kind, testing::{Capture, Seen}, timed, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn get_order() {
    ///     load();
    /// }
    ///
    /// #[timed]
    /// fn load() {}
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let requests = Seen::closed(|closed| closed.kind() == Kind::Request);
    /// Capture::new().observed_by(requests.clone()).scope(get_order()).await;
    /// assert_eq!(requests.values(), [false, true]); // the step ends before its request
    /// # }
    /// ```
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// Returns the name of the function, of the step, or of the edge's request.
    /// A request below an edge has the name of its handler.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::testing::{Capture, Seen};
    /// use trace_runtime::{edge::{self, Outcome, Request}, propagation::Incoming, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn get_order() {}
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let names = Seen::closed(|closed| closed.name());
    /// Capture::new().observed_by(names.clone()).scope(async {
    ///     let callsite = edge::callsite!("http_request", target: "my_edge");
    ///     let mut request = Request::open(callsite, Incoming::none(), "GET", "/orders/7");
    ///     let mut handler = Box::pin(get_order());
    ///     std::future::poll_fn(|cx| request.enter(|| handler.as_mut().poll(cx))).await;
    ///     request.end(Outcome::Ok);
    /// }).await;
    /// assert_eq!(names.values(), ["get_order"]);
    /// # }
    /// ```
    pub fn name(&self) -> &'static str {
        self.0.name
    }

    /// Returns the module, or the target that replaces it.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{testing::{Capture, Seen}, timed};
    ///
    /// #[timed(target = "shop::db")]
    /// fn load() {}
    ///
    /// let databases = Seen::closed(|closed| closed.target().ends_with("::db"));
    /// Capture::new().observed_by(databases.clone()).run(load);
    /// assert_eq!(databases.values(), [true]);
    /// ```
    pub fn target(&self) -> &'static str {
        self.0.target
    }

    /// Returns the file and the line in the code.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{step, testing::{Capture, Seen}};
    ///
    /// let places = Seen::closed(|closed| closed.location());
    /// let here = (file!(), line!() + 1);
    /// Capture::new().observed_by(places.clone()).run(|| step!("load", {}));
    /// assert_eq!(places.values(), [here]);
    /// ```
    pub fn location(&self) -> (&'static str, u32) {
        self.0.location
    }

    /// Returns the number of the place in the code. Numbers are dense: the
    /// first place that is asked for has 0, the next one 1.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{testing::{Capture, Seen}, timed};
    ///
    /// #[timed]
    /// fn load() {}
    ///
    /// #[timed]
    /// fn store() {}
    ///
    /// // An index into a table is faster than a map from names.
    /// let numbers = Seen::closed(|closed| closed.callsite());
    /// Capture::new().observed_by(numbers.clone()).run(|| (load(), store(), load()));
    /// let [first, second, third] = numbers.values()[..] else { panic!("three have ended") };
    /// assert!(first == third && first != second);
    /// ```
    pub fn callsite(&self) -> u32 {
        self.0.callsite
    }

    /// Returns how it ended.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::panic::catch_unwind;
    /// use trace_runtime::{Outcome, testing::{Capture, Seen}, timed};
    ///
    /// #[timed]
    /// fn parse(text: &str) -> Result<u32, std::num::ParseIntError> {
    ///     assert!(!text.is_empty(), "there is nothing to parse");
    ///     text.parse()
    /// }
    ///
    /// let outcomes = Seen::closed(|closed| closed.outcome());
    /// Capture::new().observed_by(outcomes.clone()).run(|| {
    ///     for text in ["7", "seven", ""] {
    ///         let _ = catch_unwind(|| parse(text));
    ///     }
    /// });
    /// assert_eq!(outcomes.values(), [Outcome::Ok, Outcome::Error, Outcome::Panicked]);
    /// ```
    pub fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    /// Returns the level of its line.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Level, testing::{Capture, Seen}, timed};
    ///
    /// #[timed(level = "debug")]
    /// fn load(is_there: bool) -> Result<(), String> {
    ///     if is_there { Ok(()) } else { Err("no such row".to_owned()) }
    /// }
    ///
    /// let levels = Seen::closed(|closed| closed.level());
    /// Capture::new().observed_by(levels.clone()).run(|| [load(true), load(false)]);
    /// assert_eq!(levels.values(), [Level::Debug, Level::Warn]);
    /// ```
    pub fn level(&self) -> Level {
        self.0.level
    }

    /// Returns whether it took longer than its limit.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{step, testing::{Capture, Seen}};
    ///
    /// let slow = Seen::closed(|closed| closed.is_slow());
    /// Capture::new().observed_by(slow.clone()).run(|| {
    ///     step!("load", slow = "1ns", { std::thread::yield_now() });
    ///     step!("render", slow = "3600s", { std::thread::yield_now() });
    /// });
    /// assert_eq!(slow.values(), [true, false]);
    /// ```
    pub fn is_slow(&self) -> bool {
        self.0.is_slow
    }

    /// Returns whether it is, or belongs to, a request that wants no line if it
    /// succeeds, such as a health check. Count it, but do not export it unless
    /// it failed or was slow.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Outcome, observe::Closed, testing::{Capture, Seen}};
    /// # use trace_runtime::{edge::{self, Request}, propagation::Incoming};
    ///
    /// fn is_exported(closed: &Closed<'_>) -> bool {
    ///     !closed.is_quiet() || closed.is_slow() || closed.outcome() != Outcome::Ok
    /// }
    ///
    /// let exported = Seen::closed(is_exported);
    /// Capture::new().observed_by(exported.clone()).run(|| {
    ///     # let callsite = edge::callsite!("http_request", target: "my_edge");
    ///     for outcome in [Outcome::Ok, Outcome::Error] {
    ///         let mut request = Request::open(callsite, Incoming::none(), "GET", "/health");
    ///         request.set_quiet();
    ///         request.end(outcome);
    ///     }
    /// });
    /// assert_eq!(exported.values(), [false, true]);
    /// ```
    pub fn is_quiet(&self) -> bool {
        self.0.is_quiet
    }

    /// Returns whether it has a line: whether that is wanted, and passed the
    /// filter.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{testing::{Capture, Seen}, timed};
    ///
    /// #[timed(level = "debug")]
    /// fn load() {}
    ///
    /// let written = Seen::closed(|closed| closed.is_written());
    /// let capture = Capture::with_filter("info").observed_by(written.clone());
    /// capture.run(load);
    /// assert_eq!((capture.lines().len(), written.values()), (0, vec![false]));
    /// ```
    pub fn is_written(&self) -> bool {
        self.0.is_written
    }

    /// Returns whether its line is held with its request as
    /// [detail](crate::Detail): it is not written yet, and may never be.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Detail, testing::{Capture, Seen}, timed, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn get_order() -> Result<(), String> {
    ///     load();
    ///     Err("out of stock".to_owned())
    /// }
    ///
    /// #[timed(level = "debug")]
    /// fn load() {}
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// // When the step ends, nothing has decided yet whether its line is written.
    /// let held = Seen::closed(|closed| (closed.name(), closed.is_held()));
    /// let capture = Capture::with_detail("info", Detail::when_failed()).observed_by(held.clone());
    /// let _ = capture.scope(get_order()).await;
    /// assert_eq!(held.values(), [("load", true), ("get_order", false)]);
    /// assert_eq!(capture.lines().len(), 2);
    /// # }
    /// ```
    pub fn is_held(&self) -> bool {
        self.0.is_held
    }

    /// Returns when it began, in nanoseconds since 1970-01-01 UTC. Within one
    /// trace, all times follow from one reading of the wall clock, so steps lie
    /// inside their parents.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{step, testing::{Capture, Seen}, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn get_order() {
    ///     step!("load", {});
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let spans = Seen::closed(|closed| {
    ///     let start_ns = closed.start_unix_ns();
    ///     start_ns..=start_ns + closed.duration().as_nanos() as u64
    /// });
    /// Capture::new().observed_by(spans.clone()).scope(get_order()).await;
    /// let [step, request] = &spans.values()[..] else { panic!("there are two") };
    /// assert!(request.contains(step.start()) && request.contains(step.end()));
    /// # }
    /// ```
    pub fn start_unix_ns(&self) -> u64 {
        self.0.start_unix_ns
    }

    /// Returns how long it took.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::{thread::sleep, time::Duration};
    /// use trace_runtime::{testing::{Capture, Seen}, timed};
    ///
    /// #[timed]
    /// fn load() {
    ///     sleep(Duration::from_millis(3));
    /// }
    ///
    /// // Prometheus counts in seconds.
    /// let seconds = Seen::closed(|closed| closed.duration().as_secs_f64());
    /// Capture::new().observed_by(seconds.clone()).run(load);
    /// assert!(seconds.values()[0] >= 0.003);
    /// ```
    pub fn duration(&self) -> Duration {
        Duration::from_nanos(self.0.duration_ns)
    }

    /// Returns the time spent inside `poll`, for a future that was polled more
    /// than once.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use trace_runtime::{testing::{Capture, Seen}, timed};
    ///
    /// #[timed]
    /// async fn load() {
    ///     tokio::time::sleep(Duration::from_millis(20)).await;
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// // Most of the time, it has waited.
    /// let waited = Seen::closed(|closed| closed.duration() - closed.busy().unwrap_or_default());
    /// Capture::new().observed_by(waited.clone()).scope(load()).await;
    /// assert!(waited.values()[0] > Duration::from_millis(1));
    /// # }
    /// ```
    pub fn busy(&self) -> Option<Duration> {
        self.0.busy_ns.map(Duration::from_nanos)
    }

    /// Returns its trace; `None` for a step outside any trace.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{testing::{Capture, Seen}, timed, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn get_order() {
    ///     load();
    /// }
    ///
    /// #[timed]
    /// fn load() {}
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// // What belongs to no trace cannot be shown as a part of one.
    /// let has_trace = Seen::closed(|closed| closed.trace().is_some());
    /// let capture = Capture::new().observed_by(has_trace.clone());
    /// capture.scope(get_order()).await;
    /// capture.run(load);
    /// assert_eq!(has_trace.values(), [true, true, false]);
    /// # }
    /// ```
    pub fn trace(&self) -> Option<Trace<'a>> {
        self.0.trace.map(Trace::new)
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
    /// let headers = HashMap::from([
    ///     ("traceparent", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"),
    ///     ("x-request-id", "req-7"),
    /// ]);
    /// let incoming = extract(|name| headers.get(name).copied());
    /// let ids = Seen::closed(|closed| closed.request_id().map(ToString::to_string));
    /// Capture::new().observed_by(ids.clone()).scope(get_order(incoming)).await;
    /// assert_eq!(ids.values(), [Some("req-7".to_owned())]);
    /// # }
    /// ```
    pub fn request_id(&self) -> Option<&'a TraceId> {
        self.0.trace.and_then(|trace| trace.request_id)
    }

    /// Returns its own span.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::collections::HashSet;
    /// use trace_runtime::{step, testing::{Capture, Seen}, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn get_orders() {
    ///     for _ in 0..3 {
    ///         step!("load", {});
    ///     }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// // Each time that a step runs is a span of its own.
    /// let spans = Seen::closed(|closed| closed.span_id());
    /// Capture::new().observed_by(spans.clone()).scope(get_orders()).await;
    /// assert_eq!(spans.values().into_iter().flatten().collect::<HashSet<_>>().len(), 4);
    /// # }
    /// ```
    pub fn span_id(&self) -> Option<SpanId> {
        self.0.span_id
    }

    /// Returns the span that it was started in; `None` for a request without a
    /// caller, and for the outermost step outside any trace.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{step, testing::{Capture, Seen}, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn get_order() {
    ///     step!("load", {});
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let spans = Seen::closed(|closed| (closed.span_id(), closed.parent_id()));
    /// Capture::new().observed_by(spans.clone()).scope(get_order()).await;
    /// let [(_, above_step), (request, above_request)] = spans.values()[..] else {
    ///     panic!("two have ended")
    /// };
    /// assert_eq!((above_step, above_request), (request, None));
    /// # }
    /// ```
    pub fn parent_id(&self) -> Option<SpanId> {
        self.0.parent_id
    }

    /// Returns whether the parent belongs to another service.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{propagation::extract, step, testing::{Capture, Seen}, traced_handler};
    ///
    /// #[traced_handler(trace_id = extract(|name| (name == "traceparent").then_some(parent)))]
    /// async fn get_order(parent: &str) {
    ///     step!("load", {});
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// // The span by which the trace enters this service.
    /// let entries = Seen::closed(|closed| (closed.name(), closed.parent_is_remote()));
    /// let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    /// Capture::new().observed_by(entries.clone()).scope(get_order(parent)).await;
    /// assert_eq!(entries.values(), [("load", false), ("get_order", true)]);
    /// # }
    /// ```
    pub fn parent_is_remote(&self) -> bool {
        self.0.parent_is_remote
    }

    /// Returns the text of its error, if there is one.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{testing::{Capture, Seen}, timed};
    ///
    /// #[timed]
    /// fn load(id: u32) -> Result<u32, String> {
    ///     if id == 0 { Err("no row 0".to_owned()) } else { Ok(id) }
    /// }
    ///
    /// let errors = Seen::closed(|closed| closed.error().map(|error| error.to_string()));
    /// Capture::new().observed_by(errors.clone()).run(|| [load(1), load(0)]);
    /// assert_eq!(errors.values(), [None, Some("no row 0".to_owned())]);
    /// ```
    pub fn error(&self) -> Option<Text<'a>> {
        FailureText::of_members(self.0.failure).error
    }

    /// Returns the causes of its error, the nearest first.
    ///
    /// # Examples
    ///
    /// ```
    /// use anyhow::{Context as _, anyhow};
    /// use trace_runtime::{testing::{Capture, Seen}, timed};
    ///
    /// #[timed]
    /// fn load() -> anyhow::Result<()> {
    ///     Err(anyhow!("disk gone")).context("no index").context("no order")
    /// }
    ///
    /// // Failures with one root are one incident.
    /// let roots = Seen::closed(|closed| closed.error_chain().last().map(|root| root.to_string()));
    /// let _ = Capture::new().observed_by(roots.clone()).run(load);
    /// assert_eq!(roots.values(), [Some("disk gone".to_owned())]);
    /// ```
    pub fn error_chain(&self) -> Texts<'a> {
        FailureText::of_members(self.0.failure).causes
    }

    /// Returns its fields, and those that its trace carries.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{observe::FieldValue, testing::{Capture, Seen}, timed};
    ///
    /// #[timed(fields(table, ids = ids.len()))]
    /// fn load(table: &str, ids: &[u32]) {}
    ///
    /// let loaded = Seen::closed(|closed| {
    ///     closed.fields().find_map(|(key, value)| match value {
    ///         FieldValue::I64(ids) if key.as_plain() == Some("ids") => Some(ids),
    ///         _ => None,
    ///     })
    /// });
    /// Capture::new().observed_by(loaded.clone()).run(|| load("orders", &[7, 8, 9]));
    /// assert_eq!(loaded.values(), [Some(3)]);
    /// ```
    pub fn fields(&self) -> Fields<'a> {
        self.0.fields.read()
    }

    /// Returns the facts of HTTP, for a request of an edge and for a call.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{step, testing::{Capture, Seen}};
    /// # use trace_runtime::{edge::{self, Outcome, Request}, propagation::Incoming};
    ///
    /// let is_http = Seen::closed(|closed| closed.http().is_some());
    /// Capture::new().observed_by(is_http.clone()).run(|| {
    ///     # let callsite = edge::callsite!("http_request", target: "my_edge");
    ///     let mut request = Request::open(callsite, Incoming::none(), "GET", "/orders/7");
    ///     request.enter(|| step!("load", {}));
    ///     request.end(Outcome::Ok);
    /// });
    /// assert_eq!(is_http.values(), [false, true]);
    /// ```
    pub fn http(&self) -> Option<Http<'a>> {
        self.0.http
    }
}
