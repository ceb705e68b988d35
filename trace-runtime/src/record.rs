//! One line before it is text: borrowed, and dropped when the call returns.

use std::fmt;

use crate::{
    callsite::{Callsite, LineKind},
    clock::{Moment, Timestamp},
    context::{
        Ids,
        totals::{Around, Totals},
    },
    detail,
    failure::Failure,
    field::{carried::Carried, kept::Kept, value::Value},
    id::{Rejected, TraceId},
    level::Level,
    outcome::Outcome,
};

/// Everything that stands on a line.
#[derive(Clone, Copy)]
pub(crate) struct Record<'a> {
    pub(crate) time: Timestamp,
    pub(crate) level: Level,
    pub(crate) ids: Option<Ids<'a>>,
    pub(crate) origin: Origin<'a>,
    pub(crate) what: What<'a>,
    pub(crate) fields: Fields<'a>,
    /// The fields that the trace puts on each of its lines.
    pub(crate) carried: Option<&'a Carried>,
    /// What encloses the scope that has ended, itself included; `None` for what
    /// encloses the current place. Only borrowed, because lines for people alone
    /// are indented.
    pub(crate) around: Option<&'a Around>,
}

impl Record<'_> {
    #[inline]
    pub(crate) fn kind(&self) -> LineKind {
        match &self.what {
            What::Event(_) => LineKind::Event,
            What::Closing(closing, _) => closing.kind(),
        }
    }

    /// Returns whether it reports that a request has not ended: an event whose
    /// callsite is the request's.
    pub(crate) fn is_of_open_request(&self) -> bool {
        let of_request = match self.origin {
            Origin::Callsite(callsite) => callsite.facts.kind.is_outermost(),
            Origin::Foreign(_) => false,
        };
        of_request && matches!(self.what, What::Event(_))
    }
}

/// The place in the code that a line comes from.
#[derive(Clone, Copy)]
pub(crate) enum Origin<'a> {
    Callsite(&'static Callsite),
    /// Known only at run time: the line of a dynamic event.
    Foreign(&'a Foreign<'a>),
}

impl<'a> Origin<'a> {
    /// Returns the module, or the target that replaces it.
    pub(crate) fn target(&self) -> &'a str {
        match self {
            Self::Callsite(callsite) => callsite.facts.target,
            Self::Foreign(from) => from.target,
        }
    }

    /// Returns the file and the line, if they are known.
    pub(crate) fn location(&self) -> Option<(&'a str, u32)> {
        match self {
            Self::Callsite(callsite) => {
                let facts = &callsite.facts;
                (!facts.file.is_empty()).then_some((facts.file, facts.line))
            }
            Self::Foreign(from) => from.location,
        }
    }
}

/// The place that the line of a dynamic event comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Foreign<'a> {
    pub(crate) target: &'a str,
    pub(crate) location: Option<(&'a str, u32)>,
}

#[derive(Clone, Copy)]
pub(crate) enum What<'a> {
    Event(Message<'a>),
    Closing(&'a Closing<'a>, Verdict),
}

#[derive(Clone, Copy)]
pub(crate) enum Message<'a> {
    /// The whole JSON member, mostly made at compile time.
    Constant(&'a str),
    Format(fmt::Arguments<'a>),
}

/// How a request, a job or a step ended. These are facts: the `Verdict` decides
/// what becomes of them.
#[derive(Clone, Copy)]
pub(crate) struct Closing<'a> {
    pub(crate) outcome: Outcome,
    pub(crate) failure: Option<FailureRef<'a>>,
    pub(crate) start: Moment,
    /// If it panicked, without the time that the hooks took.
    pub(crate) end: Moment,
    /// When its line is made.
    pub(crate) now: Moment,
    /// Time spent inside `poll`, for a future that was polled more than once.
    pub(crate) busy_ns: Option<u64>,
    /// The facts that only a request has. `None` makes it a step: a handler
    /// inside another handler is a step, although its callsite is a request's.
    pub(crate) request: Option<&'a RequestSummary<'a>>,
}

/// A failure, or its JSON if it was encoded earlier.
#[derive(Clone, Copy)]
pub(crate) enum FailureRef<'a> {
    AtHand(&'a Failure<'a>),
    /// Of a handler that has ended, or passed to `request_error`.
    Encoded(&'a Kept),
}

/// What is decided about the line of a scope that has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) level: Level,
    pub(crate) is_slow: bool,
    /// Whether it gets a line, if the line passes the filter.
    pub(crate) is_wanted: bool,
}

/// The facts that stand only on a request's line.
pub(crate) struct RequestSummary<'a> {
    /// A request, or a job.
    pub(crate) kind: LineKind,
    pub(crate) steps: &'a Totals,
    pub(crate) rejected: Option<Rejected>,
    /// The trace's id as `traceparent` has it, if that text differs.
    pub(crate) w3c_trace_id: Option<TraceId>,
    pub(crate) exchange: Option<&'a Exchange<'a>>,
    /// What became of its detail, if the line says so, and how many lines of
    /// that are missing.
    pub(crate) detail: Option<detail::Note>,
    pub(crate) detail_dropped: u64,
}

/// The facts that an HTTP edge knows about a request and its response.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Exchange<'a> {
    pub(crate) method: &'a str,
    /// The pattern that the path matched.
    pub(crate) route: Option<&'a str>,
    /// Without the query string.
    pub(crate) path: &'a str,
    pub(crate) response: Response,
}

/// The facts about the response to a request of an HTTP edge.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Response {
    pub(crate) status: Option<u16>,
    pub(crate) grpc_status: Option<u32>,
    /// From the start until the head of the response.
    pub(crate) ttfb_ns: Option<u64>,
    /// Whether the response is a stream of events. Then the client decides how
    /// long it takes.
    pub(crate) is_stream: bool,
}

impl FailureRef<'_> {
    /// Returns whether it holds more than the type of the error or the answer
    /// to the request. For an encoded failure, the handler knows.
    pub(crate) fn says_why(&self) -> bool {
        match self {
            Self::AtHand(failure) => failure.says_why(),
            Self::Encoded(_) => false,
        }
    }
}

impl Closing<'_> {
    #[inline]
    pub(crate) fn duration_ns(&self) -> u64 {
        self.end.nanos_since(self.start)
    }

    #[inline]
    pub(crate) fn kind(&self) -> LineKind {
        self.request.map_or(LineKind::Step, |request| request.kind)
    }

    #[inline]
    pub(crate) fn is_stream(&self) -> bool {
        let exchange = self.request.and_then(|request| request.exchange);
        exchange.is_some_and(|exchange| exchange.response.is_stream)
    }
}

/// Sets fields whose keys are known only at run time, by calling what it is
/// given with each.
pub(crate) type Named<'a> = dyn Fn(&mut dyn FnMut(&str, &Value<'_>)) + 'a;

#[derive(Clone, Copy)]
pub(crate) enum Fields<'a> {
    /// In the order of the callsite's keys.
    Values(&'a [Value<'a>]),
    /// Encoded when the scope opened. The flag is set if something was cut
    /// then.
    Encoded(&'a [u8], bool),
    /// Keys known only at run time: each call sets the same fields.
    Named(&'a Named<'a>),
}

impl<'a> Fields<'a> {
    /// The fields that were kept for this line.
    pub(crate) fn encoded(fields: &'a Kept) -> Self {
        Self::Encoded(fields.members(), fields.is_cut())
    }
}
