//! A request or a step: opened, run, and closed with exactly one line.
//!
//! What is common to all is here: what opens, at which level it closes, what
//! its line says. Futures are in `timed`, sync calls in `entered`.

mod blocking;
mod entered;
mod opening;
#[cfg(feature = "stream")]
mod stream;
#[cfg(test)]
mod tests;
mod timed;

use std::sync::Arc;

#[cfg(feature = "stream")]
pub use self::stream::{TimedStream, time_stream};
pub(crate) use self::timed::{Running, State};
pub use self::{
    blocking::{block, block_with},
    entered::{Entered, enter, run, run_with},
    opening::{FieldWriter, IntoOpening, Opening},
    timed::{Timed, timed, timed_with},
};
use crate::{
    Level, SpanId, TraceId,
    callsite::{Callsite, Kind},
    clock::{Moment, Timestamp},
    context::{Context, Frame, Held, Here, Owner, Story, Trace},
    dispatch, fields, filter, line,
    outcome::{Ending, ErrorText, Failure, Outcome},
    output::Output,
    panic,
    record::{Body, Closing, Exchange, Fields, Ids, Origin, Record, RequestFacts, Told},
    totals::Finished,
};

/// A request or step that is open.
pub(crate) struct Scope {
    pub(crate) callsite: &'static Callsite,
    pub(crate) role: Role,
    /// Its span, if it is in a trace, and its fields, if it is a step.
    pub(crate) frame: Frame,
    parent: Option<SpanId>,
    pub(crate) start: Moment,
}

/// What a scope is to its trace.
pub(crate) enum Role {
    Step,
    /// Owns the request line.
    Request,
    /// A handler below an edge, which owns the request line.
    Joined,
    /// A request that an edge holds.
    Held(Box<Facts>),
}

/// What an edge says of a request that it holds.
pub(crate) struct Facts {
    pub(crate) exchange: Exchange,
    /// Instead of the handler's level, and of ERROR for a failure.
    pub(crate) level: Option<Level>,
    /// Whether there is no line when all went well.
    pub(crate) is_quiet: bool,
    /// What went wrong outside of any handler.
    pub(crate) error: Option<Box<str>>,
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

    /// Returns what is known of the failure, or else what a panic said.
    fn failure_or<'b>(&'b self, message: Option<&'b str>) -> Failure<'b> {
        let text = self.failure.text.or(message.map(ErrorText::Text));
        Failure { text, ..self.failure }
    }
}

impl Scope {
    fn step(opening: Opening, inside: Option<SpanId>) -> Self {
        let span = inside.map(|_| SpanId::generate());
        Self {
            callsite: opening.callsite,
            role: Role::Step,
            frame: Frame { span, fields: Some(opening.fields) },
            parent: inside,
            start: Moment::now(),
        }
    }

    fn request(callsite: &'static Callsite, role: Role, trace: &Trace) -> Self {
        Self {
            callsite,
            role,
            frame: Frame { span: Some(trace.root), fields: None },
            parent: trace.remote.parent,
            start: Moment::now(),
        }
    }

    /// Its steps are those of whoever called it.
    fn joined(callsite: &'static Callsite, span: SpanId) -> Self {
        let frame = Frame { span: Some(span), fields: None };
        Self { callsite, role: Role::Joined, frame, parent: None, start: Moment::now() }
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
        self.close(
            here,
            end,
            Said { callsite: self.callsite, failure: None, fields, request: None },
        );
    }

    /// Writes the line of a request, with what its story tells.
    fn close_request(&self, here: Here, end: &End<'_>, trace: &Trace) {
        let Story { fields, mut steps, handler } = trace.close();
        let dropped = steps.dropped();
        let facts = RequestFacts {
            steps: steps.in_order(),
            steps_dropped: dropped,
            rejected: trace.remote.rejected,
            request_id: trace.remote.request_id.as_ref(),
            exchange: self.held().map(|facts| &facts.exchange),
        };
        let failure = handler.as_ref().map(|handler| &handler.failure);
        let said = Said {
            callsite: handler.as_ref().map_or(self.callsite, |handler| handler.callsite),
            failure: failure.filter(|failure| !failure.is_empty()),
            fields: Fields::encoded(&fields),
            request: Some(facts),
        };
        self.close(here, end, said);
    }

    /// Writes the closing line, if it passes the filter at its level.
    fn close(&self, here: Here, end: &End<'_>, said: Said<'_>) {
        let Some(output) = here.output else { return };
        let duration_ns = end.at.nanos_since(self.start);
        let slow = self.slow_ns(said.callsite, &output).is_some_and(|slow| duration_ns > slow);
        let level = self.level(said.callsite, end.ending, slow);
        if !said.callsite.passes(&output, level) || (self.is_quiet(end.ending) && !slow) {
            return;
        }
        let message = panicked(end);
        let failure = match said.failure {
            Some(failure) => Told::Earlier(failure),
            None => Told::Now(end.failure_or(message.as_deref())),
        };
        let (ending, busy_ns, request) = (end.ending, end.busy_ns, said.request);
        let closing = Closing { ending, duration_ns, busy_ns, failure, slow, request };
        let record = Record {
            time: Timestamp::now(),
            level,
            ids: self.ids(here.ids),
            origin: Origin::Callsite(said.callsite),
            body: Body::Closing(closing),
            fields: said.fields,
        };
        dispatch::submit(&record, &output);
    }

    fn ids(&self, here: Option<(TraceId, SpanId)>) -> Option<Ids> {
        let (trace, _) = here?;
        Some(Ids { trace, span: self.frame.span?, parent: self.parent })
    }

    /// Returns how long it may take before it is slow: what its attribute
    /// says, or what is set for all requests.
    fn slow_ns(&self, callsite: &Callsite, output: &Output) -> Option<u64> {
        let default = match self.role {
            Role::Request | Role::Held(_) => output.style.slow_request_ns,
            Role::Step | Role::Joined => None,
        };
        callsite.facts.slow.or(default)
    }

    /// One failure that passes through five steps is one ERROR, not six.
    fn level(&self, callsite: &Callsite, ending: Ending, slow: bool) -> Level {
        let set = self.held().and_then(|facts| facts.level);
        let ok = set.unwrap_or(callsite.facts.level);
        let ok = if slow { ok.max(Level::Warn) } else { ok };
        match (ending, &self.role) {
            (Ending::Ok, _) => ok,
            (Ending::Panicked, _) | (Ending::Error, Role::Request) => Level::Error,
            (Ending::Error, Role::Held(_)) => set.map_or(Level::Error, |_| ok),
            // To leave a stream that has begun is no fault.
            (Ending::Cancelled, Role::Held(facts)) if facts.exchange.status.is_some() => ok,
            (Ending::Error | Ending::Cancelled, _) => ok.max(Level::Warn),
        }
    }

    /// Returns whether nobody wants to read that it ended like this.
    fn is_quiet(&self, ending: Ending) -> bool {
        self.held().is_some_and(|facts| {
            let went_well = match ending {
                Ending::Ok => true,
                Ending::Cancelled => facts.exchange.status.is_some(),
                Ending::Error | Ending::Panicked => false,
            };
            facts.is_quiet && went_well
        })
    }

    fn held(&self) -> Option<&Facts> {
        match &self.role {
            Role::Held(facts) => Some(facts),
            Role::Step | Role::Request | Role::Joined => None,
        }
    }
}

/// What a closing line says besides how its scope ended.
struct Said<'a> {
    /// That of the handler, where an edge holds the request.
    callsite: &'static Callsite,
    /// What the handler told, instead of what is known of the end.
    failure: Option<&'a fields::Fields>,
    fields: Fields<'a>,
    request: Option<RequestFacts<'a>>,
}

/// Tells an edge's request how the handler that joined it has failed.
fn close_joined(here: &Here, end: &End<'_>, trace: &Trace) {
    let Some(output) = &here.output else { return };
    if matches!(end.ending, Ending::Error | Ending::Panicked) {
        let message = panicked(end);
        let failure = end.failure_or(message.as_deref());
        trace.tell_failure(line::encode_failure(&failure, &output.style));
    }
}

/// Returns what a panic said, if one ended the scope.
fn panicked(end: &End<'_>) -> Option<String> {
    if end.ending == Ending::Panicked { panic::message() } else { None }
}

/// Opens what an async function asks for: a request, its part in one that an
/// edge holds, a step, or nothing when no line of it could be written and no
/// trace counts it.
fn open(mut opening: Opening) -> Option<(Scope, Owner)> {
    let is_request = opening.callsite.facts.kind == Kind::Request;
    if !is_request && !filter::is_anything_on() {
        return None;
    }
    let here = Context::current();
    if is_request {
        match here.owner.trace().filter(|trace| trace.is_open()) {
            None => {
                let (scope, trace) = open_request(opening, Role::Request, &here.owner);
                return Some((scope, Owner::Trace(trace)));
            }
            Some(trace) if joins(&mut opening, &here, trace) => {
                let span = here.span.unwrap_or(trace.root);
                return Some((Scope::joined(opening.callsite, span), here.owner));
            }
            Some(_) => {}
        }
    }
    let Context { owner, span } = here;
    let here = Here::of(&owner, span);
    if !is_worth_timing(opening.callsite, &here) {
        return None;
    }
    Some((Scope::step(opening, here.ids.map(|(_, span)| span)), owner))
}

fn joins(opening: &mut Opening, here: &Context, trace: &Trace) -> bool {
    let limits = here.owner.output().map(|output| output.style.limits).unwrap_or_default();
    trace.join(opening.callsite, &mut opening.fields, &limits)
}

/// Opens a request with a trace of its own.
pub(crate) fn open_request(opening: Opening, role: Role, outer: &Owner) -> (Scope, Arc<Trace>) {
    let Opening { callsite, fields, inherited } = opening;
    let held = if let Role::Held(_) = role { Held::ByEdge } else { Held::ByHandler };
    let trace = Trace::new(inherited, held, fields, outer.own_output().cloned());
    let scope = Scope::request(callsite, role, &trace);
    (scope, trace.into())
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

/// Returns when a scope ended: one that panicked, without what hooks took.
fn ended_at(ending: Ending) -> Moment {
    let hooks_ns = if ending == Ending::Panicked { panic::hooks_ns() } else { 0 };
    Moment::now().earlier_by(hooks_ns)
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
