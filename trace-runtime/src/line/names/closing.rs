//! Writes how a request or step ended, with the names of a format.

#![expect(clippy::inline_always, reason = "a borrowed cursor would be kept in memory")]

use super::{
    fields::Seen,
    table::{Http, Names, Unit, of_outcome},
};
use crate::{
    context::totals::{Total, Totals},
    field::value::Value,
    json::number,
    line::{
        closing::{MOST_METHOD, has_rest},
        encoder::Encoder,
        keys,
    },
    record::{Closing, Exchange, FailureRef, RequestSummary},
};

/// The most room that the other facts of a scope need after its error, without
/// the steps and the path.
const AFTER_FAILURE: usize = 384;

impl Encoder<'_> {
    /// Writes how a scope ended.
    #[inline(always)]
    pub(super) fn closing_in(
        &mut self,
        names: &'static Names,
        closing: &Closing<'_>,
        is_slow: bool,
    ) {
        self.to.put_padded(of_outcome(&names.outcomes, closing.outcome));
        self.duration_in(names.unit, closing.duration_ns());
        if let Some(busy) = closing.busy_ns {
            self.raw(names.busy);
            self.duration_in(names.unit, busy);
        }
        let end = self.end;
        self.end = end.saturating_sub(AFTER_FAILURE);
        if let Some(failure) = closing.failure {
            self.aside(move |line| line.failure_in(names, failure));
        }
        if is_slow {
            self.raw(keys::SLOW);
        }
        if let Some(request) = closing.request {
            self.request_in(names, request, closing.duration_ns());
        }
        self.end = end;
    }

    #[inline(always)]
    fn duration_in(&mut self, unit: Unit, nanos: u64) {
        match unit {
            Unit::Millis => number::push_millis(&mut self.to, nanos),
            Unit::Nanos => number::push_nanos(&mut self.to, nanos),
        }
    }

    fn failure_in(&mut self, names: &'static Names, failure: FailureRef<'_>) {
        match failure {
            FailureRef::AtHand(failure) => self.failure_as(failure, names.error),
            FailureRef::Encoded(failure) => {
                let mut seen = Seen::of_failure();
                self.members_in(names, failure.members(), failure.is_cut(), &mut seen);
            }
        }
    }

    #[inline(always)]
    fn request_in(
        &mut self,
        names: &'static Names,
        request: &RequestSummary<'_>,
        duration_ns: u64,
    ) {
        let left_out = self.steps_in(names, request.steps);
        let dropped = request.steps.dropped().saturating_add(left_out);
        if dropped > 0 || has_rest(request) {
            self.aside(move |line| line.rest_of_in(names, request, dropped, duration_ns));
        }
    }

    fn rest_of_in(
        &mut self,
        names: &'static Names,
        request: &RequestSummary<'_>,
        dropped: u64,
        duration_ns: u64,
    ) {
        self.missing(request, dropped);
        if let Some(exchange) = request.exchange {
            self.exchange_in(&names.http, exchange, duration_ns);
            if let Some(ttfb) = exchange.response.ttfb_ns {
                self.raw(names.http.ttfb);
                self.duration_in(names.unit, ttfb);
            }
        }
    }

    fn exchange_in(&mut self, http: &'static Http, exchange: &Exchange<'_>, duration_ns: u64) {
        if let Some(route) = exchange.route {
            self.field(http.route.as_bytes(), &Value::text(route));
        }
        self.raw(http.method);
        self.text(MOST_METHOD, |to| to.push(exchange.method));
        self.field(http.path.as_bytes(), &Value::text(exchange.path));
        self.number(http.status, exchange.response.status.map(u64::from));
        if let Some(latency) = http.latency {
            self.raw(latency);
            number::push_seconds(&mut self.to, duration_ns);
            self.raw("\"");
        }
        self.raw(http.end);
        self.number(http.grpc_status, exchange.response.grpc_status.map(u64::from));
    }

    /// Writes as many totals of steps as fit. Returns how many steps are in the
    /// totals that were left out.
    #[inline(always)]
    fn steps_in(&mut self, names: &'static Names, steps: &Totals) -> u64 {
        let end = self.to.len() + self.room(self.style.limits.steps);
        let (mut is_first, mut left_out) = (true, 0);
        for step in steps.iter() {
            if left_out == 0 && self.step_within_in(names, end, is_first, step) {
                is_first = false;
            } else {
                left_out += step.count;
            }
        }
        if !is_first {
            self.raw("]");
        }
        left_out
    }

    /// Writes a total if it ends before `end`. Returns whether it does.
    #[inline(always)]
    fn step_within_in(
        &mut self,
        names: &'static Names,
        end: usize,
        is_first: bool,
        step: &Total,
    ) -> bool {
        let before = self.to.len();
        self.raw(if is_first { keys::STEPS } else { ",{" });
        // The callsite's text begins with a comma, because it is usually a
        // later member.
        let name = step.callsite.facts.text.name;
        self.constant(name.strip_prefix(',').unwrap_or(name), keys::MOST_MEMBER);
        self.times_in(names, step);
        if step.errors == 0 && step.cancelled == 0 {
            self.raw(keys::NO_ERRORS_END);
        } else {
            let (errors, cancelled) = (step.errors, step.cancelled);
            self.aside(move |line| line.unsuccessful(errors, cancelled));
        }
        let fits = self.to.len() < end;
        if !fits {
            self.to.truncate(before);
        }
        fits
    }

    #[inline(always)]
    fn times_in(&mut self, names: &'static Names, step: &Total) {
        self.number(keys::COUNT, Some(step.count));
        self.raw(names.steps.total);
        self.duration_in(names.unit, step.sum_ns);
        self.raw(names.steps.own);
        self.duration_in(names.unit, step.self_ns);
        self.raw(names.steps.max);
        self.duration_in(names.unit, step.max_ns);
    }
}
