//! A request, a step or a call that has ended.

use std::time::Duration;

use super::{
    Text, Texts, Trace, TraceFacts,
    fields::{FailureText, Fields, Unread},
};
use crate::{
    id::{SpanId, TraceId},
    level::Level,
    outcome::Outcome,
};

/// What has ended.
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
    pub fn kind(&self) -> Kind {
        self.0.kind
    }

    /// Returns the name of the function, of the step, or of the edge's request.
    /// A request below an edge has the name of its handler.
    pub fn name(&self) -> &'static str {
        self.0.name
    }

    /// Returns the module, or the target that replaces it.
    pub fn target(&self) -> &'static str {
        self.0.target
    }

    /// Returns the file and the line in the code.
    pub fn location(&self) -> (&'static str, u32) {
        self.0.location
    }

    /// Returns the number of the place in the code. Numbers are dense: the
    /// first place that is asked for has 0, the next one 1.
    pub fn callsite(&self) -> u32 {
        self.0.callsite
    }

    /// Returns how it ended.
    pub fn outcome(&self) -> Outcome {
        self.0.outcome
    }

    /// Returns the level of its line.
    pub fn level(&self) -> Level {
        self.0.level
    }

    /// Returns whether it took longer than its limit.
    pub fn is_slow(&self) -> bool {
        self.0.is_slow
    }

    /// Returns whether it is, or belongs to, a request that wants no line if it
    /// succeeds, such as a health check. Count it, but do not export it unless
    /// it failed or was slow.
    pub fn is_quiet(&self) -> bool {
        self.0.is_quiet
    }

    /// Returns whether it has a line: whether that is wanted, and passed the
    /// filter.
    pub fn is_written(&self) -> bool {
        self.0.is_written
    }

    /// Returns whether its line is held with its request as
    /// [detail](crate::Detail): it is not written yet, and may never be.
    pub fn is_held(&self) -> bool {
        self.0.is_held
    }

    /// Returns when it began, in nanoseconds since 1970-01-01 UTC. Within one
    /// trace, all times follow from one reading of the wall clock, so steps lie
    /// inside their parents.
    pub fn start_unix_ns(&self) -> u64 {
        self.0.start_unix_ns
    }

    /// Returns how long it took.
    pub fn duration(&self) -> Duration {
        Duration::from_nanos(self.0.duration_ns)
    }

    /// Returns the time spent inside `poll`, for a future that was polled more
    /// than once.
    pub fn busy(&self) -> Option<Duration> {
        self.0.busy_ns.map(Duration::from_nanos)
    }

    /// Returns its trace; `None` for a step outside any trace.
    pub fn trace(&self) -> Option<Trace<'a>> {
        self.0.trace.map(Trace::new)
    }

    /// Returns the request id that arrived beside the id of the trace, if any.
    pub fn request_id(&self) -> Option<&'a TraceId> {
        self.0.trace.and_then(|trace| trace.request_id)
    }

    /// Returns its own span.
    pub fn span_id(&self) -> Option<SpanId> {
        self.0.span_id
    }

    /// Returns the span that it was started in, if any.
    pub fn parent_id(&self) -> Option<SpanId> {
        self.0.parent_id
    }

    /// Returns whether the parent belongs to another service.
    pub fn parent_is_remote(&self) -> bool {
        self.0.parent_is_remote
    }

    /// Returns the text of its error, if there is one.
    pub fn error(&self) -> Option<Text<'a>> {
        FailureText::of_members(self.0.failure).error
    }

    /// Returns the causes of its error, the nearest first.
    pub fn error_chain(&self) -> Texts<'a> {
        FailureText::of_members(self.0.failure).causes
    }

    /// Returns its fields, and those that its trace carries.
    pub fn fields(&self) -> Fields<'a> {
        self.0.fields.read()
    }

    /// Returns the facts of HTTP, for a request of an edge and for a call.
    pub fn http(&self) -> Option<Http<'a>> {
        self.0.http
    }
}

/// What is known of an HTTP request and its response.
#[derive(Clone, Copy, Debug, Default)]
pub struct Http<'a> {
    pub(crate) method: &'a str,
    pub(crate) route: Option<&'a str>,
    pub(crate) path: Option<&'a str>,
    pub(crate) host: Option<&'a str>,
    pub(crate) status: Option<u16>,
    pub(crate) grpc_status: Option<u32>,
    pub(crate) ttfb_ns: Option<u64>,
    pub(crate) is_stream: bool,
}

impl<'a> Http<'a> {
    /// Returns the method as it was sent.
    pub fn method(&self) -> &'a str {
        self.method
    }

    /// Returns the pattern that the path matched, if any.
    pub fn route(&self) -> Option<&'a str> {
        self.route
    }

    /// Returns the path without the query string; `None` for a call.
    pub fn path(&self) -> Option<&'a str> {
        self.path
    }

    /// Returns the host that a call went to; `None` for a request.
    pub fn host(&self) -> Option<&'a str> {
        self.host
    }

    /// Returns the status of the response, once there was one.
    pub fn status(&self) -> Option<u16> {
        self.status
    }

    /// Returns the status of gRPC, if the response had one.
    pub fn grpc_status(&self) -> Option<u32> {
        self.grpc_status
    }

    /// Returns the time from the start until the head of the response; `None`
    /// for a call.
    pub fn time_to_head(&self) -> Option<Duration> {
        self.ttfb_ns.map(Duration::from_nanos)
    }

    /// Returns whether the response is a stream of events. Then the client
    /// decides how long it takes.
    pub fn is_stream(&self) -> bool {
        self.is_stream
    }
}
