//! A request or a step: opened, run, and closed with exactly one line.
//!
//! What is common to all is here: what opens, at which level it closes, what
//! its line says. Futures are in `timed`, sync calls in `entered`.

mod entered;
mod opening;
#[cfg(feature = "stream")]
mod stream;
mod timed;

#[cfg(feature = "stream")]
pub use self::stream::{TimedStream, time_stream};
pub use self::{
    entered::{Entered, enter, run, run_with},
    opening::{FieldWriter, IntoOpening, Opening},
    timed::{Timed, timed, timed_with},
};
use crate::{
    Level, SpanId, TraceId,
    callsite::{Callsite, Kind},
    clock::{Moment, Timestamp},
    context::{Context, Frame, Here, Owner, Story, Trace},
    dispatch, filter,
    outcome::{Ending, ErrorText, Failure, Outcome},
    output::Output,
    panic,
    record::{Body, Closing, Fields, Ids, Origin, Record, RequestFacts},
    totals::Finished,
};

/// A request or step that is open.
struct Scope {
    callsite: &'static Callsite,
    kind: Kind,
    /// Its span, if it is in a trace, and its fields, if it is a step.
    frame: Frame,
    parent: Option<SpanId>,
    start: Moment,
}

/// How a scope ended, as seen by whoever ran it.
struct End<'a> {
    ending: Ending,
    failure: Failure<'a>,
    at: Moment,
    busy_ns: Option<u64>,
}

impl<'a> End<'a> {
    fn with(outcome: Outcome<'a>) -> (Ending, Failure<'a>) {
        match outcome {
            Outcome::Ok => (Ending::Ok, Failure::default()),
            Outcome::Error(failure) => (Ending::Error, failure),
        }
    }
}

impl Scope {
    fn step(opening: Opening, inside: Option<SpanId>) -> Self {
        let span = inside.map(|_| SpanId::generate());
        Self {
            callsite: opening.callsite,
            kind: Kind::Step,
            frame: Frame { span, fields: Some(opening.fields) },
            parent: inside,
            start: Moment::now(),
        }
    }

    fn request(callsite: &'static Callsite, root: SpanId) -> Self {
        Self {
            callsite,
            kind: Kind::Request,
            frame: Frame { span: Some(root), fields: None },
            parent: None,
            start: Moment::now(),
        }
    }

    /// What the trace is told of it.
    fn finished(&self, end: &End<'_>) -> Finished {
        Finished {
            callsite: self.callsite,
            start: self.start,
            duration_ns: end.at.nanos_since(self.start),
            ending: end.ending,
        }
    }

    /// Writes the line of a step.
    fn close_step(&self, here: Here, end: &End<'_>) {
        let fields = self.frame.fields.as_ref();
        let fields = fields.map_or(Fields::Values(&[]), Fields::encoded);
        self.close(here, end, fields, None);
    }

    /// Writes the line of a request, with what its story tells.
    fn close_request(&self, here: Here, end: &End<'_>, trace: &Trace) {
        let Story { fields, mut steps } = trace.close();
        let dropped = steps.dropped();
        let facts = RequestFacts {
            steps: steps.in_order(),
            steps_dropped: dropped,
            rejected: trace.rejected,
        };
        self.close(here, end, Fields::encoded(&fields), Some(facts));
    }

    /// Writes the closing line, if it passes the filter at its level.
    fn close(
        &self,
        here: Here,
        end: &End<'_>,
        fields: Fields<'_>,
        request: Option<RequestFacts<'_>>,
    ) {
        let Some(output) = here.output else { return };
        let duration_ns = end.at.nanos_since(self.start);
        let slow = self.slow_ns(&output).is_some_and(|slow| duration_ns > slow);
        let level = self.level(end.ending, slow);
        if !self.callsite.passes(&output, level) {
            return;
        }
        let message = if end.ending == Ending::Panicked { panic::message() } else { None };
        let panicked = message.as_deref().map(ErrorText::Panic);
        let failure = Failure { text: end.failure.text.or(panicked), ..end.failure };
        let (ending, busy_ns) = (end.ending, end.busy_ns);
        let closing = Closing { ending, duration_ns, busy_ns, failure, slow, request };
        let record = Record {
            time: Timestamp::now(),
            level,
            ids: self.ids(here.ids),
            origin: Origin::Callsite(self.callsite),
            body: Body::Closing(closing),
            fields,
        };
        dispatch::submit(&record, &output);
    }

    fn ids(&self, here: Option<(TraceId, SpanId)>) -> Option<Ids> {
        let (trace, _) = here?;
        Some(Ids { trace, span: self.frame.span?, parent: self.parent })
    }

    /// Returns how long it may take before it is slow: what its attribute
    /// says, or what is set for all requests.
    fn slow_ns(&self, output: &Output) -> Option<u64> {
        let default = if self.kind == Kind::Request { output.style.slow_request_ns } else { None };
        self.callsite.facts.slow.or(default)
    }

    /// One failure that passes through five steps is one ERROR, not six.
    fn level(&self, ending: Ending, slow: bool) -> Level {
        let ok = self.callsite.facts.level;
        let ok = if slow { ok.max(Level::Warn) } else { ok };
        match (ending, self.kind) {
            (Ending::Ok, _) => ok,
            (Ending::Error, Kind::Request) | (Ending::Panicked, _) => Level::Error,
            (Ending::Error | Ending::Cancelled, _) => ok.max(Level::Warn),
        }
    }
}

/// Opens what an async function asks for: a request, a step, or nothing when
/// no line of it could be written and no trace counts it.
fn open(opening: Opening) -> Option<(Scope, Owner)> {
    let here = Context::current();
    if opening.callsite.facts.kind == Kind::Request && !here.is_in_open_trace() {
        return Some(open_request(opening, &here.owner));
    }
    let Context { owner, span } = here;
    let here = Here::of(&owner, span);
    if !is_worth_timing(opening.callsite, &here) {
        return None;
    }
    Some((Scope::step(opening, here.ids.map(|(_, span)| span)), owner))
}

fn open_request(opening: Opening, outer: &Owner) -> (Scope, Owner) {
    let (id, rejected) = match opening.trace_id {
        Ok(id) => (id, None),
        Err(reason) => (None, Some(reason)),
    };
    let id = id.unwrap_or_else(TraceId::generate);
    let trace = Trace::new(id, rejected, opening.fields, outer.own_output().cloned());
    let scope = Scope::request(opening.callsite, trace.root);
    (scope, Owner::Trace(trace.into()))
}

/// Inside a trace every step is timed. Outside, those whose level is wanted.
fn is_worth_timing(callsite: &Callsite, here: &Here) -> bool {
    if here.ids.is_some() {
        return filter::is_anything_on();
    }
    let level = callsite.facts.level;
    filter::may_pass(level)
        && here.output.as_ref().is_some_and(|output| callsite.passes(output, level))
}

/// Returns when a scope ended: one that panicked, when the panic began.
fn ended_at(ending: Ending) -> Moment {
    let panicked = if ending == Ending::Panicked { panic::began() } else { None };
    panicked.unwrap_or_else(Moment::now)
}

/// Times a stream.
#[cfg(feature = "stream")]
#[doc(hidden)]
#[macro_export]
macro_rules! __timed_stream {
    ($opening:expr, $stream:expr) => {
        $crate::__private::time_stream($opening, $stream)
    };
}

/// Says what is missing.
#[cfg(not(feature = "stream"))]
#[doc(hidden)]
#[macro_export]
macro_rules! __timed_stream {
    ($opening:expr, $stream:expr) => {
        ::core::compile_error!(
            "`stream = ..` needs the feature `stream` of `trace-runtime`\n\
             help: write `trace-runtime = { version = \"..\", features = [\"stream\"] }`"
        )
    };
}
