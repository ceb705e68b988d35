//! One line before it is text: borrowed, and dead with the call that makes it.

use std::{borrow::Cow, fmt};

use crate::{
    callsite::{Callsite, LineKind},
    clock::Timestamp,
    context::{Ids, totals::Totals},
    failure::Failure,
    field::{carried::Carried, kept, value::Value},
    filter::Threshold,
    id::{Rejected, TraceId},
    level::Level,
    outcome::Outcome,
    output::Output,
};

/// Everything that a line says.
pub(crate) struct Record<'a> {
    pub(crate) time: Timestamp,
    pub(crate) level: Level,
    pub(crate) ids: Option<Ids<'a>>,
    pub(crate) origin: Origin<'a>,
    pub(crate) what: What<'a>,
    pub(crate) fields: Fields<'a>,
    /// What the trace has on each of its lines.
    pub(crate) carried: Option<&'a Carried>,
}

impl Record<'_> {
    pub(crate) fn kind(&self) -> LineKind {
        match &self.what {
            What::Event(_) => LineKind::Event,
            What::Closing(closing) => closing.kind(),
        }
    }
}

/// Where in the code a line comes from.
#[derive(Clone, Copy)]
pub(crate) enum Origin<'a> {
    Callsite(&'static Callsite),
    /// Known only at run time: a foreign line.
    Foreign(&'a Foreign<'a>),
}

/// Where a foreign line comes from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Foreign<'a> {
    pub(crate) target: &'a str,
    pub(crate) location: Option<(&'a str, u32)>,
}

impl Origin<'_> {
    /// Returns the least severe level that `output` takes from here.
    pub(crate) fn threshold(&self, output: &Output) -> Threshold {
        match self {
            Self::Callsite(callsite) => callsite.threshold(output),
            Self::Foreign(from) => output.threshold(from.target),
        }
    }
}

pub(crate) enum What<'a> {
    Event(Message<'a>),
    Closing(Closing<'a>),
}

pub(crate) enum Message<'a> {
    /// The whole member, made when the program was compiled.
    Constant(&'static str),
    Format(fmt::Arguments<'a>),
}

/// How a request or step ended.
pub(crate) struct Closing<'a> {
    pub(crate) ending: Outcome,
    pub(crate) duration_ns: u64,
    /// Time inside `poll`, of what was polled more than once.
    pub(crate) busy_ns: Option<u64>,
    pub(crate) failure: Option<Told<'a>>,
    pub(crate) slow: bool,
    /// What a request's line has besides. None makes it a step: a handler inside
    /// another is one, though its callsite is a request's.
    pub(crate) request: Option<&'a RequestSummary<'a>>,
}

/// What is known of a failure, and since when.
#[derive(Clone, Copy)]
pub(crate) enum Told<'a> {
    Now(&'a Failure<'a>),
    /// From a handler that has ended, or `request_error`; encoded then.
    Earlier(&'a kept::Kept),
}

/// What a request's line alone has.
pub(crate) struct RequestSummary<'a> {
    /// A request, or a job.
    pub(crate) kind: LineKind,
    pub(crate) steps: &'a Totals,
    pub(crate) rejected: Option<Rejected>,
    /// The trace's id in a `traceparent`, where that is another text.
    pub(crate) w3c_trace_id: Option<TraceId>,
    pub(crate) exchange: Option<&'a Exchange>,
}

/// What an HTTP edge knows of a request and its response.
#[derive(Debug)]
pub(crate) struct Exchange {
    pub(crate) method: Cow<'static, str>,
    /// The pattern that the path matched.
    pub(crate) route: Option<Box<str>>,
    /// Without the query string.
    pub(crate) path: Box<str>,
    pub(crate) status: Option<u16>,
    pub(crate) grpc_status: Option<u32>,
    /// From the start until the head of the response.
    pub(crate) ttfb_ns: Option<u64>,
    /// Whether the response is a stream of events, whose client decides how
    /// long it takes.
    pub(crate) is_stream: bool,
}

impl Closing<'_> {
    pub(crate) fn kind(&self) -> LineKind {
        self.request.map_or(LineKind::Step, |request| request.kind)
    }

    pub(crate) fn is_stream(&self) -> bool {
        let exchange = self.request.and_then(|request| request.exchange);
        exchange.is_some_and(|exchange| exchange.is_stream)
    }
}

#[derive(Clone, Copy)]
pub(crate) enum Fields<'a> {
    /// In the order of the callsite's keys.
    Values(&'a [Value<'a>]),
    /// Encoded when the scope opened; whether something was cut then.
    Encoded(&'a [u8], bool),
    /// Keys known only at run time.
    Named(&'a [(&'a str, Value<'a>)]),
}

impl<'a> Fields<'a> {
    /// Fields that were kept for this line.
    pub(crate) fn encoded(fields: &'a kept::Kept) -> Self {
        Self::Encoded(fields.members(), fields.is_cut())
    }
}
