//! Records as they are shown, from records made by hand.

mod golden;
mod random;
mod wrapped;

use std::{error::Error, fmt, sync::LazyLock};

use super::*;
use crate::{
    __callsite as callsite, __event_callsite as event_callsite,
    callsite::{Callsite, LineKind},
    clock::{Moment, Timestamp},
    context::{
        Ids,
        totals::{Around, Finished, Numbers, Totals},
    },
    failure::Failure,
    field::value::{ToValue as _, Value},
    id::{SpanId, TraceId},
    level::Level,
    line,
    outcome::Outcome,
    record::{
        Closing, Exchange, FailureRef, Fields, Message, Origin, RequestSummary, Response, Verdict,
    },
    terminal::{Colours, Links, Terminal},
};

const TIME: Timestamp = Timestamp::at(1_795_316_409, 143_456);

/// How lines look in so many columns.
fn columns(columns: usize) -> Style {
    looking(Terminal::showing(columns, Colours::None, Links::None))
}

fn looking(terminal: Terminal) -> Style {
    Style { terminal, ..Style::default() }
}

fn shown(record: &Record<'_>, style: &Style) -> String {
    let line = line::write(Cursor::default(), record, style);
    let text = write(Cursor::default(), &line, record, style);
    String::from_utf8(text.text().to_vec()).unwrap()
}

fn trace() -> TraceId {
    TraceId::from_bytes(std::array::from_fn(|byte| [0x48, 0xa5, 0xba, 0x26][byte % 4]))
}

fn ids(trace: &TraceId) -> Ids<'_> {
    let span = SpanId::generate();
    let digits = trace.digits();
    Ids { trace: Some(trace), digits, span, parent: None, request: None, root: None }
}

fn event<'a>(callsite: &'static Callsite, values: &'a [Value<'a>]) -> Record<'a> {
    let message = Message::Constant(callsite.facts.text.message.unwrap_or_default());
    Record {
        time: TIME,
        level: callsite.facts.level,
        ids: None,
        origin: Origin::Callsite(callsite),
        what: What::Event(message),
        fields: Fields::Values(values),
        carried: None,
        around: Some(&Around::NOTHING),
    }
}

/// What so many steps enclose.
fn inside(steps: usize) -> &'static Around {
    static ALL: LazyLock<Vec<Around>> = LazyLock::new(|| {
        let more = |around: &Around| Some(around.and(None));
        std::iter::successors(Some(Around::NOTHING), more).take(1_001).collect()
    });
    &ALL[steps]
}

fn ended(outcome: Outcome, nanos: u64) -> Closing<'static> {
    let (start, end) = (Moment::of_nanos(0), Moment::of_nanos(nanos));
    Closing { outcome, failure: None, start, end, now: end, busy_ns: None, request: None }
}

fn closed<'a>(
    callsite: &'static Callsite,
    closing: &'a Closing<'a>,
    level: Level,
    members: &'a [u8],
) -> Record<'a> {
    let verdict = Verdict { level, is_slow: false, is_wanted: true };
    Record {
        time: TIME,
        level,
        ids: None,
        origin: Origin::Callsite(callsite),
        what: What::Closing(closing, verdict),
        fields: Fields::Encoded(members, false),
        carried: None,
        around: Some(inside(1)),
    }
}

/// A request's part of its line.
fn summary<'a>(
    kind: LineKind,
    steps: &'a Totals,
    exchange: Option<&'a Exchange<'a>>,
) -> RequestSummary<'a> {
    let (rejected, w3c_trace_id, detail, detail_dropped) = Default::default();
    RequestSummary { kind, steps, rejected, w3c_trace_id, exchange, detail, detail_dropped }
}

fn exchange(status: u16) -> Exchange<'static> {
    let (status, ttfb_ns) = (Some(status), Some(2_001_000_000));
    Exchange {
        method: "GET",
        route: Some("/users/{id}/messages"),
        path: "/users/42/messages",
        response: Response { status, ttfb_ns, ..Response::default() },
    }
}

/// Steps that took so many nanoseconds.
fn steps(all: &[(&'static Callsite, u64, Outcome)]) -> Totals {
    let (numbers, mut totals) = (Numbers::default(), Totals::default());
    for (callsite, nanos, outcome) in all {
        totals.add(&Finished {
            callsite,
            number: numbers.of(callsite, || true),
            is_inner: Around::default().contains(None),
            start: Moment::of_nanos(0),
            end: Moment::of_nanos(*nanos),
            self_ns: *nanos,
            outcome: *outcome,
            span: None,
            crossed_from: None,
        });
    }
    totals
}

/// `database timeout: database is locked: Error code 5`
#[derive(Debug)]
struct Nested(u8);

impl fmt::Display for Nested {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(["Error code 5", "database is locked", "database timeout"][usize::from(self.0)])
    }
}

impl Error for Nested {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self.0 {
            2 => Some(&Nested(1)),
            1 => Some(&Nested(0)),
            _ => None,
        }
    }
}
