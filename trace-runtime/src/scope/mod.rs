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

use std::thread;

#[cfg(feature = "stream")]
pub use self::stream::{TimedStream, time_stream};
pub(crate) use self::timed::{Running, open};
pub use self::{
    blocking::{block, block_with},
    entered::{Entered, enter, run, run_with},
    opening::{FieldWriter, Opening, WithFields, WithId},
    timed::{Timed, timed, timed_with},
};
use crate::{
    Level, SpanId,
    callsite::{Callsite, Kind},
    clock::{Moment, Timestamp},
    context::{Context, Frame, Ids, Owner, Story, Trace, store},
    dispatch,
    fields::Fields,
    filter, line,
    outcome::{Ending, ErrorText, Failure, Outcome},
    output::Output,
    panic,
    record::{self, Body, Closing, Exchange, Origin, Record, RequestFacts, Told},
    totals::Finished,
};

/// A request or step that is open.
pub(crate) struct Scope {
    pub(crate) callsite: &'static Callsite,
    role: Role,
    /// What an edge says of a request that it holds.
    pub(crate) held: Option<Box<Facts>>,
    /// Whose lines these are.
    owner: Owner,
    /// Its span, if it is in a trace, and its fields, if it is a step.
    pub(crate) frame: Frame,
    parent: Option<SpanId>,
    pub(crate) start: Moment,
    /// Time inside of earlier polls.
    busy_ns: u64,
    polls: Polls,
    /// A step that a destructor calls during a panic has not panicked itself.
    was_panicking: bool,
}

/// How many polls of a future have ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Polls {
    None,
    One,
    More,
}

impl Polls {
    fn next(self) -> Self {
        match self {
            Self::None => Self::One,
            Self::One | Self::More => Self::More,
        }
    }
}

/// What a scope is to its trace.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Step,
    /// Owns the request line.
    Request,
    /// A handler below an edge, which owns the request line.
    Joined,
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
    failure: Option<&'a Failure<'a>>,
    now: Moment,
    /// When it ended: one that panicked, without what hooks took.
    at: Moment,
    busy_ns: Option<u64>,
}

impl<'a> End<'a> {
    fn now(ending: Ending, failure: Option<&'a Failure<'a>>) -> Self {
        let now = Moment::now();
        let hooks_ns = if ending == Ending::Panicked { panic::hooks_ns() } else { 0 };
        Self { ending, failure, now, at: now.earlier_by(hooks_ns), busy_ns: None }
    }

    fn of(outcome: &'a Outcome<'a>) -> Self {
        match outcome {
            Outcome::Ok => Self::now(Ending::Ok, None),
            Outcome::Error(failure) => Self::now(Ending::Error, Some(failure)),
        }
    }

    /// Returns what is known of the failure, or else what a panic said.
    fn failure_or<'b>(&'b self, message: Option<&'b str>) -> Option<Failure<'b>> {
        let Failure { text, source } = match (self.failure, message) {
            (None, None) => return None,
            (failure, _) => failure.copied().unwrap_or_default(),
        };
        Some(Failure { text: text.or(message.map(ErrorText::Text)), source })
    }
}

// To open a scope is to write it where it is to stay: to return it, and so to
// copy what has just been written, stalls for 5 ns each time.
impl Scope {
    /// Opens a step, unless no line of it could be written and no trace counts
    /// it.
    fn step(to: &mut Option<Self>, callsite: &'static Callsite, fields: Fields, here: Context) {
        if !is_worth_timing(callsite, &here) {
            return;
        }
        let Context { owner, span } = here;
        let parent = owner.trace().map(|trace| span.unwrap_or(trace.root));
        let span = parent.map(|_| SpanId::generate());
        let frame = Frame { span, fields, is_step: true };
        *to = Some(Self::new(callsite, Role::Step, owner, frame, parent));
    }

    /// Opens a request, with what an edge says of it that holds it.
    pub(crate) fn request(
        to: &mut Option<Self>,
        callsite: &'static Callsite,
        owner: Owner,
        held: Option<Box<Facts>>,
    ) {
        let trace = owner.trace();
        let frame = Frame { span: trace.map(|trace| trace.root), ..Frame::default() };
        let parent = trace.and_then(|trace| trace.remote.parent);
        *to = Some(Self { held, ..Self::new(callsite, Role::Request, owner, frame, parent) });
    }

    /// Opens a part of a request. Its steps are those of whoever called it.
    fn joined(to: &mut Option<Self>, callsite: &'static Callsite, here: Context) {
        let frame = Frame { span: here.span_id(), ..Frame::default() };
        *to = Some(Self::new(callsite, Role::Joined, here.owner, frame, None));
    }

    #[expect(clippy::inline_always, reason = "or else it is copied")]
    #[inline(always)]
    fn new(
        callsite: &'static Callsite,
        role: Role,
        owner: Owner,
        frame: Frame,
        parent: Option<SpanId>,
    ) -> Self {
        Self {
            callsite,
            role,
            held: None,
            owner,
            frame,
            parent,
            start: Moment::now(),
            busy_ns: 0,
            polls: Polls::None,
            was_panicking: thread::panicking(),
        }
    }

    /// Tells whoever is to know that it has ended.
    fn close(&self, end: &End<'_>) {
        match (self.role, self.owner.trace()) {
            (Role::Request, Some(trace)) => self.close_request(end, trace),
            (Role::Joined, Some(trace)) => self.close_joined(end, trace),
            (Role::Step, Some(trace)) => {
                trace.count(self.finished(end));
                self.close_step(end);
            }
            (_, None) => self.close_step(end),
        }
    }

    /// What the trace is told of a step.
    fn finished(&self, end: &End<'_>) -> Finished {
        Finished {
            callsite: self.callsite,
            start: self.start,
            duration_ns: end.at.nanos_since(self.start),
            ending: end.ending,
        }
    }

    /// Writes the line of a step.
    fn close_step(&self, end: &End<'_>) {
        let fields = record::Fields::encoded(&self.frame.fields);
        self.tell(end, &Said { callsite: self.callsite, failure: None, fields, request: None });
    }

    /// Writes the line of a request, with what its story tells.
    fn close_request(&self, end: &End<'_>, trace: &Trace) {
        let Story { fields, mut steps, handler } = trace.close();
        let dropped = steps.dropped();
        let facts = RequestFacts {
            steps: steps.in_order(),
            steps_dropped: dropped,
            rejected: trace.remote.rejected,
            request_id: trace.remote.request_id.as_ref(),
            exchange: self.held.as_ref().map(|facts| &facts.exchange),
        };
        let failure = handler.as_ref().map(|handler| &handler.failure);
        let said = Said {
            callsite: handler.as_ref().map_or(self.callsite, |handler| handler.callsite),
            failure: failure.filter(|failure| !failure.is_empty()),
            fields: record::Fields::encoded(&fields),
            request: Some(facts),
        };
        self.tell(end, &said);
    }

    /// Tells an edge's request how the handler that joined it has failed.
    fn close_joined(&self, end: &End<'_>, trace: &Trace) {
        let Some(output) = self.owner.output() else { return };
        if matches!(end.ending, Ending::Error | Ending::Panicked) {
            let message = panicked(end);
            let failure = end.failure_or(message.as_deref());
            let failure = failure.unwrap_or_default();
            trace.tell_failure(line::encode_failure(&failure, &output.style));
        }
    }

    /// Writes the closing line, if it passes the filter at its level.
    fn tell(&self, end: &End<'_>, said: &Said<'_>) {
        let Some(output) = self.owner.output() else { return };
        let duration_ns = end.at.nanos_since(self.start);
        let slow = self.slow_ns(said.callsite, output).is_some_and(|slow| duration_ns > slow);
        let level = self.level(said.callsite, end.ending, slow);
        if !said.callsite.passes(output, level) || (self.is_quiet(end.ending) && !slow) {
            return;
        }
        let message = panicked(end);
        let failure = end.failure_or(message.as_deref());
        let failure = said.failure.map(Told::Earlier).or(failure.as_ref().map(Told::Now));
        let (ending, busy_ns, request) = (end.ending, end.busy_ns, said.request.as_ref());
        let closing = Closing { ending, duration_ns, busy_ns, failure, slow, request };
        let record = Record {
            time: Timestamp::of(end.now),
            level,
            ids: self.ids(),
            origin: Origin::Callsite(said.callsite),
            body: Body::Closing(closing),
            fields: said.fields,
        };
        dispatch::submit(&record, output);
    }

    fn ids(&self) -> Option<Ids<'_>> {
        let trace = self.owner.trace()?;
        Some(Ids { trace: &trace.id, span: self.frame.span?, parent: self.parent })
    }

    /// Returns how long it may take before it is slow: what its attribute
    /// says, or what is set for all requests.
    fn slow_ns(&self, callsite: &Callsite, output: &Output) -> Option<u64> {
        let default = output.style.slow_request_ns.filter(|_| self.role == Role::Request);
        callsite.facts.slow.or(default)
    }

    /// One failure that passes through five steps is one ERROR, not six.
    fn level(&self, callsite: &Callsite, ending: Ending, slow: bool) -> Level {
        let set = self.held.as_ref().and_then(|facts| facts.level);
        let ok = set.unwrap_or(callsite.facts.level);
        let ok = if slow { ok.max(Level::Warn) } else { ok };
        match (ending, self.role) {
            (Ending::Ok, _) => ok,
            (Ending::Panicked, _) => Level::Error,
            (Ending::Error, Role::Request) => set.map_or(Level::Error, |_| ok),
            (Ending::Cancelled, Role::Request) if self.has_answered() => ok,
            (Ending::Error | Ending::Cancelled, _) => ok.max(Level::Warn),
        }
    }

    /// Returns whether nobody wants to read that it ended like this.
    fn is_quiet(&self, ending: Ending) -> bool {
        let went_well = match ending {
            Ending::Ok => true,
            Ending::Cancelled => self.has_answered(),
            Ending::Error | Ending::Panicked => false,
        };
        went_well && self.held.as_ref().is_some_and(|facts| facts.is_quiet)
    }

    /// Returns whether an edge has the head of the response: to leave a stream
    /// that has begun is no fault.
    fn has_answered(&self) -> bool {
        self.held.as_ref().is_some_and(|facts| facts.exchange.status.is_some())
    }
}

/// What a closing line says besides how its scope ended.
struct Said<'a> {
    /// That of the handler, where an edge holds the request.
    callsite: &'static Callsite,
    /// What the handler told, instead of what is known of the end.
    failure: Option<&'a Fields>,
    fields: record::Fields<'a>,
    request: Option<RequestFacts<'a>>,
}

/// Returns what a panic said, if one ended the scope.
fn panicked(end: &End<'_>) -> Option<String> {
    if end.ending == Ending::Panicked { panic::message() } else { None }
}

/// Returns whether a scope can be worth it, without a copy of the context: all
/// that a step outside of a trace costs whose level nobody wants.
#[inline]
fn may_be_worth_timing(callsite: &Callsite) -> bool {
    filter::may_pass(callsite.facts.level)
        || callsite.facts.kind == Kind::Request
        || filter::is_anything_on() && store::is_in_trace()
}

/// Inside a trace every step is timed. Outside, those whose level is wanted.
fn is_worth_timing(callsite: &Callsite, here: &Context) -> bool {
    if here.owner.trace().is_some() {
        return filter::is_anything_on();
    }
    let level = callsite.facts.level;
    filter::may_pass(level) && here.output().is_some_and(|output| callsite.passes(output, level))
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
