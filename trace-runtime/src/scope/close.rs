//! How a scope ended, and what its closing line says: at which level, with
//! which failure.

use super::{Role, Scope};
use crate::{
    callsite::{Callsite, Cancelled},
    clock::{Moment, Timestamp},
    context::{Answer, Handler, Ids, Story, Trace, totals::Finished},
    dispatch,
    failure::Failure,
    field::kept::Kept,
    id::SpanId,
    level::Level,
    line,
    outcome::{Outcome, reading::Returned},
    output::Output,
    panic,
    record::{self, Closing, Origin, Record, RequestSummary, Told, What},
};

/// How a scope ended, as what ran it has seen it.
pub(super) struct End<'a> {
    pub(super) ending: Outcome,
    failure: Option<&'a Failure<'a>>,
    now: Moment,
    /// When it ended: one that panicked, without what hooks took.
    pub(super) at: Moment,
    pub(super) busy_ns: Option<u64>,
}

impl<'a> End<'a> {
    pub(super) fn now(ending: Outcome, failure: Option<&'a Failure<'a>>) -> Self {
        let now = Moment::now();
        let hooks_ns = if ending == Outcome::Panicked { panic::hooks_ns() } else { 0 };
        Self { ending, failure, now, at: now.earlier_by(hooks_ns), busy_ns: None }
    }

    pub(super) fn of(outcome: &'a Returned<'a>) -> Self {
        match outcome {
            Returned::Ok => Self::now(Outcome::Ok, None),
            Returned::Error(failure) => Self::now(Outcome::Error, Some(failure)),
        }
    }

    /// Returns what is known of the failure, or else what a panic said.
    fn failure_or<'b>(&'b self, panic: &'b Failure<'b>) -> Option<&'b Failure<'b>> {
        let failure = self.failure.filter(|failure| failure.text.is_some());
        failure.or(Some(panic)).filter(|failure| failure.text.is_some())
    }
}

impl Scope {
    /// Writes its line, or leaves its end to the request that it is part of.
    pub(super) fn close(&self, end: &End<'_>) {
        match (self.role, self.owner.trace()) {
            (Role::Request, Some(trace)) => self.close_request(end, trace),
            (Role::Joined, Some(trace)) => self.close_joined(end, trace),
            (Role::Step, Some(trace)) => self.close_counted(end, trace),
            (Role::Beside, Some(trace)) => {
                trace.answered(answer(end.ending));
                self.close_counted(end, trace);
            }
            (_, None) => self.close_step(end),
        }
    }

    /// Counts a step, and writes its line.
    #[inline]
    fn close_counted(&self, end: &End<'_>, trace: &Trace) {
        trace.count(&self.finished(end));
        self.close_step(end);
    }

    /// Returns what the totals of a request take of a step.
    fn finished(&self, end: &End<'_>) -> Finished {
        let duration_ns = end.at.nanos_since(self.start);
        Finished {
            callsite: self.callsite,
            number: self.position.number,
            is_inner: self.position.is_inner,
            start: self.start,
            end: end.at,
            self_ns: duration_ns.saturating_sub(self.frame.inside.nanos_until(end.at)),
            ending: end.ending,
            span: self.frame.span,
            crossed_from: if self.position.is_elsewhere { self.crossed_from() } else { None },
        }
    }

    /// Returns the step that asked for this one, which runs elsewhere: none, if
    /// that was the request itself.
    #[cold]
    fn crossed_from(&self) -> Option<SpanId> {
        let root = self.owner.trace().map(|trace| trace.root);
        self.parent.filter(|_| self.parent != root)
    }

    /// Writes the line of a step.
    fn close_step(&self, end: &End<'_>) {
        let fields = record::Fields::encoded(&self.frame.fields);
        self.write_line(
            end,
            &Said {
                callsite: self.callsite,
                reason: Reason::default(),
                fields,
                request: None,
                is_cut_off: false,
            },
        );
    }

    /// Writes the line of a request, with its story.
    fn close_request(&self, end: &End<'_>, trace: &Trace) {
        let mut story = trace.close();
        if let Some(output) = self.owner.output() {
            story.sum_up(&output.style.limits);
        }
        let Story { fields, steps, handler, reason, .. } = story;
        let callsite = handler.as_ref().map_or(self.callsite, |handler| handler.callsite);
        let answer = handler.as_ref().map(|handler| handler.answer);
        // A handler's panic decides, also where a layer below the edge caught it.
        let ending = if answer == Some(Answer::Panicked) { Outcome::Panicked } else { end.ending };
        let facts = RequestSummary {
            kind: callsite.facts.kind,
            steps: &steps,
            rejected: trace.remote.rejected,
            w3c_trace_id: trace.id.w3c_if_other(),
            exchange: self.edge.as_ref().map(|facts| &facts.exchange),
        };
        let said = Said {
            callsite,
            reason: Reason { given: Some(&reason), handler: handler.as_ref() },
            fields: record::Fields::encoded(&fields),
            request: Some(facts),
            is_cut_off: answer == Some(Answer::CutOff),
        };
        self.write_line(&End { ending, ..*end }, &said);
    }

    /// Leaves to an edge's request how the handler that joined it has failed.
    fn close_joined(&self, end: &End<'_>, trace: &Trace) {
        trace.answered(answer(end.ending));
        let Some(output) = self.owner.output() else { return };
        if matches!(end.ending, Outcome::Error | Outcome::Panicked) {
            let (message, none) = (panicked(end), Failure::default());
            let panic = Failure::of_panic(message.as_deref());
            let failure = end.failure_or(&panic).unwrap_or(&none);
            let encoded = line::encode_failure(failure, &output.style);
            trace.tell_failure(encoded, failure.says_why());
        }
    }

    /// Writes the closing line, if it passes the filter at its level.
    fn write_line(&self, end: &End<'_>, said: &Said<'_>) {
        let Some(output) = self.owner.output() else { return };
        let duration_ns = end.at.nanos_since(self.start);
        let slow = self.slow_ns(said.callsite, output);
        let slow = slow.is_some_and(|slow| self.awaited_ns(duration_ns) > slow);
        let ending = said.ending(end.ending);
        let Some(level) = self.level(said, end.ending, slow) else { return };
        if !said.callsite.passes(output, level) || (self.is_quiet(said, end.ending) && !slow) {
            return;
        }
        let (message, panic);
        let failure = if end.ending == Outcome::Ok && said.request.is_none() {
            None
        } else {
            message = panicked(end);
            panic = Failure::of_panic(message.as_deref());
            said.reason.of(ending, end.failure_or(&panic))
        };
        let (busy_ns, request) = (end.busy_ns, said.request.as_ref());
        let closing = Closing { ending, duration_ns, busy_ns, failure, slow, request };
        let record = Record {
            time: Timestamp::of(end.now),
            level,
            ids: self.ids(),
            origin: Origin::Callsite(said.callsite),
            what: What::Closing(closing),
            fields: said.fields,
            carried: self.owner.trace().and_then(|trace| trace.carried.if_any()),
        };
        dispatch::submit(&record, output);
    }

    fn ids(&self) -> Option<Ids<'_>> {
        Some(Ids::of(self.owner.trace(), self.frame.span?, self.parent))
    }

    /// Returns how long it may take before it is slow: what its attribute
    /// says, or what is set for all requests.
    fn slow_ns(&self, callsite: &Callsite, output: &Output) -> Option<u64> {
        match (callsite.facts.slow, self.role) {
            (None, Role::Request) => output.style.slow_request_ns,
            (slow, _) => slow,
        }
    }

    /// Returns how long the caller has waited: for a stream, until its head came.
    fn awaited_ns(&self, duration_ns: u64) -> u64 {
        let exchange = self.edge.as_ref().map(|facts| &facts.exchange);
        let stream = exchange.filter(|exchange| exchange.is_stream);
        stream.and_then(|stream| stream.ttfb_ns).unwrap_or(duration_ns)
    }

    /// One failure that passes through five steps is one ERROR, not six. None
    /// where there is to be no line.
    fn level(&self, said: &Said<'_>, ending: Outcome, slow: bool) -> Option<Level> {
        if ending == Outcome::Ok && self.edge.is_none() && !slow {
            return Some(said.callsite.facts.level);
        }
        let set = self.edge.as_ref().and_then(|facts| facts.level);
        let ok = set.unwrap_or(said.callsite.facts.level);
        let ok = if slow { ok.max(Level::Warn) } else { ok };
        let ending = if said.is_cut_off && self.has_failed() { ending.or_error() } else { ending };
        Some(match (ending, self.role) {
            (Outcome::Panicked, _) => Level::Error,
            (Outcome::Error, Role::Request) => {
                let level = set.map_or(Level::Error, |_| ok);
                if said.is_cut_off { level.max(Level::Warn) } else { level }
            }
            (Outcome::Error, _) => ok.max(Level::Warn),
            (Outcome::Ok, _) if !said.is_cut_off => ok,
            (Outcome::Ok | Outcome::Cancelled, _) => {
                let is_usual = self.has_answered() && !said.is_cut_off;
                match said.callsite.facts.cancelled {
                    Cancelled::Usual(level) => level?,
                    Cancelled::Unusual if is_usual => ok,
                    Cancelled::Unusual => ok.max(Level::Warn),
                }
            }
        })
    }

    /// Returns whether there is to be no line, since it went well.
    fn is_quiet(&self, said: &Said<'_>, ending: Outcome) -> bool {
        let is_quiet = self.edge.as_ref().is_some_and(|facts| facts.is_quiet);
        let went_well = || match ending {
            Outcome::Ok => true,
            Outcome::Cancelled => self.has_answered(),
            Outcome::Error | Outcome::Panicked => false,
        };
        is_quiet && !said.is_cut_off && went_well()
    }

    /// Returns whether an edge has answered that the server failed.
    fn has_failed(&self) -> bool {
        let status = self.edge.as_ref().and_then(|facts| facts.exchange.status);
        status.is_some_and(|status| status >= 500)
    }

    /// Returns whether an edge has the head of the response: to leave a stream
    /// that has begun is no fault.
    fn has_answered(&self) -> bool {
        self.edge.as_ref().is_some_and(|facts| facts.exchange.status.is_some())
    }
}

/// What the end of a handler below an edge means to its request.
fn answer(ending: Outcome) -> Answer {
    match ending {
        Outcome::Ok | Outcome::Error => Answer::Given,
        Outcome::Cancelled => Answer::CutOff,
        Outcome::Panicked => Answer::Panicked,
    }
}

/// What a closing line says besides how its scope ended.
struct Said<'a> {
    /// That of the handler, where an edge holds the request.
    callsite: &'static Callsite,
    reason: Reason<'a>,
    fields: record::Fields<'a>,
    request: Option<RequestSummary<'a>>,
    /// Whether what was answered is not the handler's, which was dropped.
    is_cut_off: bool,
}

impl Said<'_> {
    /// Returns how the line says that it ended: a handler that was cut off is
    /// never taken for one that ended well.
    fn ending(&self, ending: Outcome) -> Outcome {
        match ending {
            Outcome::Ok | Outcome::Error if self.is_cut_off => Outcome::Cancelled,
            ending => ending,
        }
    }
}

/// What was said of a failure before the end.
#[derive(Clone, Copy, Default)]
struct Reason<'a> {
    /// By `request_error`.
    given: Option<&'a Kept>,
    handler: Option<&'a Handler>,
}

impl<'a> Reason<'a> {
    /// Returns what the line says of the failure: of a panic, its message; else
    /// what was given, what the handler says of itself, what is known at the end.
    /// The type of an error, and how a failure was answered, come last.
    fn of(self, ending: Outcome, now: Option<&'a Failure<'a>>) -> Option<Told<'a>> {
        let given = self.given.filter(|given| !given.is_empty()).map(Told::Earlier);
        let handler = told(self.handler);
        let says_why = told(self.handler.filter(|handler| handler.says_why));
        let at_end = now.filter(|failure| failure.says_why()).map(Told::Now);
        let panic = told(self.handler.filter(|it| it.answer == Answer::Panicked));
        let first = if ending == Outcome::Panicked { panic.or(at_end) } else { None };
        let last = now.filter(|_| ending != Outcome::Ok).map(Told::Now);
        first.or(given).or(says_why).or(at_end).or(handler).or(last)
    }
}

/// Returns what a handler says of itself, if it says anything.
fn told(handler: Option<&Handler>) -> Option<Told<'_>> {
    let failure = &handler?.failure;
    (!failure.is_empty()).then_some(Told::Earlier(failure))
}

/// Returns what a panic said, if one ended the scope.
fn panicked(end: &End<'_>) -> Option<String> {
    if end.ending == Outcome::Panicked { panic::message() } else { None }
}
