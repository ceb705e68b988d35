//! Gathers the facts of a scope's end: how it ended and why. `verdict` decides
//! the level, and `dispatch` has the line made.

use std::mem;

use super::{
    Polls, Role, Scope,
    reason::{panicked, why},
    verdict::{self, Case},
};
use crate::{
    callsite::Callsite,
    clock::{Moment, Timestamp},
    context::{
        Answer, Copied, Ids, Story, Trace, here, steps,
        totals::{ByNumber, Finished, Totals},
    },
    detail::{Ended, Installed},
    dispatch,
    failure::Failure,
    field::carried::Carried,
    id::SpanId,
    line,
    outcome::{Outcome, reading::Returned},
    output::{self, Output},
    panic,
    record::{
        Closing, Exchange, FailureRef, Fields, Origin, Record, RequestSummary, Verdict, What,
    },
};

/// How a scope leaves the slot.
#[derive(Clone, Copy)]
pub(super) enum Leaving {
    /// It is a sync step, whose frame is there until its end.
    Sync,
    /// Its frame was swapped out when the poll ended.
    Async,
}

impl<'a> Closing<'a> {
    /// Returns the facts of a scope that began at `start` and ends now.
    #[inline]
    pub(super) fn now(start: Moment, outcome: Outcome, failure: Option<&'a Failure<'a>>) -> Self {
        let now = Moment::now();
        let hooks_ns = if outcome == Outcome::Panicked { panic::hooks_ns() } else { 0 };
        let failure = failure.filter(|failure| failure.text.is_some()).map(FailureRef::AtHand);
        let end = now.earlier_by(hooks_ns);
        Self { outcome, failure, start, end, now, busy_ns: None, request: None }
    }

    /// Returns the facts of a scope that ends now with a value.
    #[inline]
    pub(super) fn of(start: Moment, returned: &'a Returned<'a>) -> Self {
        match returned {
            Returned::Ok => Self::now(start, Outcome::Ok, None),
            Returned::Error(failure) => Self::now(start, Outcome::Error, Some(failure)),
        }
    }
}

impl Scope {
    /// Closes the scope: writes its line, or leaves its end to the request that
    /// it is part of.
    #[inline]
    pub(super) fn close(&mut self, closing: &Closing<'_>) {
        self.close_with(closing, None);
    }

    /// Does the same for what still runs. `totals` are the last ones of a request.
    #[inline]
    pub(super) fn leave_and_close(
        &mut self,
        closing: &Closing<'_>,
        leaving: Leaving,
        totals: Option<&mut ByNumber>,
    ) {
        if self.role != Role::Here || !self.close_here(closing, leaving) {
            match leaving {
                Leaving::Sync => steps::end_sync(&mut self.frame, closing.end),
                Leaving::Async => self.leave(closing.end),
            }
            self.close_with(closing, totals);
        }
    }

    #[inline]
    fn close_with(&mut self, closing: &Closing<'_>, totals: Option<&mut ByNumber>) {
        self.take_owner();
        if closing.outcome == Outcome::Panicked && closing.failure.is_none() {
            return panicked(closing, |closing| self.close_as(closing, totals));
        }
        self.close_as(closing, totals);
    }

    /// Leaves and closes a step whose owner is that of the slot. Returns false,
    /// without leaving it, if more of that is needed.
    #[inline]
    fn close_here(&mut self, closing: &Closing<'_>, leaving: Leaving) -> bool {
        if closing.outcome == Outcome::Panicked && closing.failure.is_none() {
            return false;
        }
        let Some(output) = output::process_for_line().filter(|output| output.is_native()) else {
            return false;
        };
        let mut copied = Copied::default();
        let is_counted = here::look(|here| {
            let Some(trace) = here.trace().filter(|_| here.copy(&mut copied)) else { return false };
            match leaving {
                Leaving::Sync => here.end_sync(&mut self.frame, closing.end),
                Leaving::Async => here.end(self.parent, closing.end),
            }
            trace.open_steps.end(self.position.open_at, self.callsite, self.start);
            here.count(trace, &self.finished(closing, trace));
            true
        });
        if is_counted != Some(true) {
            return false;
        }
        self.write_here(&copied, closing, output);
        true
    }

    #[inline(never)]
    fn write_here(&self, copied: &Copied, closing: &Closing<'_>, output: &Output) {
        let ids = self.frame.span.map(|span| copied.ids_of(span, self.parent));
        let verdict = verdict::of(&self.case(self.callsite, closing));
        let fields = Fields::encoded(&self.frame.fields);
        let record = self.record(ids, None, self.callsite, closing, verdict, fields);
        dispatch::dispatch_here(&record, output);
    }

    #[inline]
    fn close_as(&self, closing: &Closing<'_>, totals: Option<&mut ByNumber>) {
        if let Some(trace) = self.owner.trace() {
            match self.role {
                Role::Request => return self.close_request(closing, trace, totals),
                Role::Joined => return self.close_joined(closing, trace),
                Role::Beside => trace.answered(Answer::of(closing.outcome)),
                Role::Step | Role::Here => {}
            }
            trace.open_steps.end(self.position.open_at, self.callsite, self.start);
            let finished = self.finished(closing, trace);
            match self.polls {
                Polls::Unnoted | Polls::None => here::count(&self.owner, trace, &finished),
                // In a later poll of the request, each is counted alone.
                Polls::One | Polls::More => trace.count(&finished),
            }
        }
        self.close_step(closing);
    }

    /// Returns the facts that the totals of a request need about a step.
    #[inline]
    fn finished(&self, closing: &Closing<'_>, trace: &Trace) -> Finished {
        let end = closing.end;
        Finished {
            callsite: self.callsite,
            number: self.position.number,
            is_inner: self.position.is_inner,
            start: self.start,
            end,
            self_ns: closing.duration_ns().saturating_sub(self.frame.inside.nanos_until(end)),
            outcome: closing.outcome,
            span: self.frame.span,
            crossed_from: if self.position.is_elsewhere { self.crossed_from(trace) } else { None },
        }
    }

    /// Returns the step that started this one, if this one ran elsewhere;
    /// `None` if that was the request itself.
    #[cold]
    fn crossed_from(&self, trace: &Trace) -> Option<SpanId> {
        self.parent.filter(|parent| *parent != trace.root)
    }

    #[inline]
    fn close_step(&self, closing: &Closing<'_>) {
        let fields = Fields::encoded(&self.frame.fields);
        self.report(self.callsite, closing, &self.case(self.callsite, closing), fields);
    }

    /// Closes a request, with all that was collected for its line.
    #[inline(never)]
    fn close_request(&self, closing: &Closing<'_>, trace: &Trace, totals: Option<&mut ByNumber>) {
        let mut story = trace.close(totals.map(mem::take).unwrap_or_default());
        self.owner.ended();
        if let Some(output) = self.owner.output() {
            story.sum_up(&output.style.limits);
        }
        let Story { fields, steps, handler, reason, .. } = story;
        let (callsite, answer) = match &handler {
            Some(handler) => (handler.callsite, handler.answer),
            None => (self.callsite, Answer::Given),
        };
        let answered = answer.outcome(closing.outcome);
        let outcome = answer.outcome_of_request(answered);
        let failure = why(outcome, closing.failure, &reason, handler.as_ref());
        let case = Case {
            outcome: answered,
            is_cut_off: answer == Answer::CutOff,
            ..self.case(callsite, closing)
        };
        let detail = self.owner.output().and_then(|output| output.detail.as_ref());
        let ended = detail.map(|detail| end_of_detail(trace, &case, detail));
        let route = self.edge.as_ref().and_then(|_| trace.asked.swap_route(None));
        let exchange = self.exchange(trace, route.as_deref());
        let summary = Self::summary(callsite, trace, &steps, (exchange.as_ref(), ended.as_ref()));
        let closing = Closing { outcome, failure, request: Some(&summary), ..*closing };
        let fields = Fields::encoded(&fields);
        match ended {
            None => self.report(callsite, &closing, &case, fields),
            Some(ended) => self.write_with(ended, callsite, &closing, verdict::of(&case), fields),
        }
    }

    fn exchange<'a>(&self, trace: &'a Trace, route: Option<&'a str>) -> Option<Exchange<'a>> {
        let (line, edge) = (trace.asked.line()?, self.edge.as_ref()?);
        let response = edge.response;
        Some(Exchange { method: &line.method, route, path: &line.path, response })
    }

    fn summary<'a>(
        callsite: &Callsite,
        trace: &Trace,
        steps: &'a Totals,
        (exchange, detail): (Option<&'a Exchange<'a>>, Option<&Ended>),
    ) -> RequestSummary<'a> {
        RequestSummary {
            kind: callsite.facts.kind,
            steps,
            rejected: trace.remote.rejected,
            w3c_trace_id: trace.id.w3c_if_other(),
            exchange,
            detail: detail.and_then(|detail| detail.note),
            detail_dropped: detail.map_or(0, |detail| detail.dropped),
        }
    }

    /// Stores the failure of a handler that joined the request of an edge.
    #[cold]
    fn close_joined(&self, closing: &Closing<'_>, trace: &Trace) {
        trace.answered(Answer::of(closing.outcome));
        let Some(output) = self.owner.output() else { return };
        if matches!(closing.outcome, Outcome::Error | Outcome::Panicked) {
            let none = Failure::default();
            let failure = match closing.failure {
                Some(FailureRef::AtHand(failure)) => failure,
                Some(FailureRef::Encoded(_)) | None => &none,
            };
            let encoded = line::encode_failure(failure, &output.style);
            trace.set_failure(encoded, failure.says_why());
        }
    }

    /// Has the line made from the facts, at the level of the verdict.
    #[inline]
    fn report(
        &self,
        callsite: &'static Callsite,
        closing: &Closing<'_>,
        case: &Case<'_>,
        fields: Fields<'_>,
    ) {
        self.write(callsite, closing, verdict::of(case), fields);
    }

    #[inline(never)]
    fn write(
        &self,
        callsite: &'static Callsite,
        closing: &Closing<'_>,
        verdict: Verdict,
        fields: Fields<'_>,
    ) {
        let (ids, carried) = (self.ids(), self.carried());
        let record = self.record(ids, carried, callsite, closing, verdict, fields);
        dispatch::dispatch(&record, &self.owner);
    }

    /// Does the same for a request, with what became of its detail. A request
    /// whose detail is kept has a line, whatever else its author wants.
    #[cold]
    #[inline(never)]
    fn write_with(
        &self,
        ended: Ended,
        callsite: &'static Callsite,
        closing: &Closing<'_>,
        verdict: Verdict,
        fields: Fields<'_>,
    ) {
        let is_wanted = verdict.is_wanted || ended.is_kept;
        let verdict = Verdict { is_wanted, ..verdict };
        let (ids, carried) = (self.ids(), self.carried());
        let record = self.record(ids, carried, callsite, closing, verdict, fields);
        dispatch::dispatch_request(record, ended, &self.owner);
    }

    #[expect(clippy::inline_always, reason = "so that no record is built in memory")]
    #[inline(always)]
    fn record<'a>(
        &'a self,
        ids: Option<Ids<'a>>,
        carried: Option<&'a Carried>,
        callsite: &'static Callsite,
        closing: &'a Closing<'a>,
        verdict: Verdict,
        fields: Fields<'a>,
    ) -> Record<'a> {
        Record {
            time: Timestamp::of(closing.now),
            level: verdict.level,
            ids,
            origin: Origin::Callsite(callsite),
            what: What::Closing(closing, verdict),
            fields,
            carried,
            around: Some(&self.frame.around),
        }
    }

    #[inline]
    fn ids(&self) -> Option<Ids<'_>> {
        Some(Ids::of(self.owner.trace(), self.frame.span?, self.parent))
    }

    #[inline]
    fn carried(&self) -> Option<&Carried> {
        self.owner.trace().and_then(|trace| trace.carried.if_any())
    }

    /// Returns the facts that the verdict needs.
    #[inline]
    fn case<'a>(&'a self, callsite: &'a Callsite, closing: &Closing<'_>) -> Case<'a> {
        let is_request = self.role == Role::Request;
        let output = if is_request { self.owner.output() } else { None };
        Case {
            outcome: closing.outcome,
            is_cut_off: false,
            is_request,
            duration_ns: closing.duration_ns(),
            callsite: &callsite.facts,
            slow_request_ns: output.and_then(|output| output.style.slow_request_ns),
            edge: self.edge.as_deref(),
        }
    }
}

/// Decides what becomes of the detail of a request that has ended.
#[cold]
fn end_of_detail(trace: &Trace, case: &Case<'_>, detail: &Installed) -> Ended {
    trace.detail.end(&verdict::ending(case), || trace.id.to_bytes(), detail)
}
