//! Writes how a request or step ended: outcome, times, failure, and a request's
//! steps and exchange.

#![expect(clippy::inline_always, reason = "a borrowed cursor would be kept in memory")]

use std::{error::Error, fmt::Write as _, ops::Range};

use super::{encoder::Encoder, head::chunk_at, keys};
use crate::{
    context::totals::{Total, Totals},
    detail::Note,
    failure::{ErrorText, Failure, write_type},
    field::{
        causes,
        encode::{self, Fit, Room},
        value::Value,
    },
    json::{
        cursor::Cursor,
        number::{self, Millis},
    },
    record::{Closing, Exchange, FailureRef, RequestSummary},
};

/// The most room that the other facts of a scope need after its error, without
/// the steps and the path.
const AFTER_FAILURE: usize = 320;

/// The most bytes of a request's method that are written.
pub(super) const MOST_METHOD: usize = 32;

impl Encoder<'_> {
    /// Writes how a scope ended. Returns the range of its failure.
    #[inline(always)]
    pub(super) fn closing(&mut self, closing: &Closing<'_>, is_slow: bool) -> Range<usize> {
        self.to.put_padded(keys::outcome(closing.outcome));
        number::push_millis(&mut self.to, closing.duration_ns());
        if let Some(busy) = closing.busy_ns {
            self.raw(keys::BUSY_MS);
            number::push_millis(&mut self.to, busy);
        }
        let end = self.end;
        self.end = end.saturating_sub(AFTER_FAILURE);
        let start = self.to.len();
        if let Some(failure) = closing.failure {
            self.aside(move |line| line.failure_of(failure));
        }
        let failure = start..self.to.len();
        if is_slow {
            self.raw(keys::SLOW);
        }
        if let Some(request) = closing.request {
            self.request(request);
        }
        self.end = end;
        failure
    }

    fn failure_of(&mut self, failure: FailureRef<'_>) {
        match failure {
            FailureRef::AtHand(failure) => self.failure(failure),
            FailureRef::Encoded(failure) => self.encoded(failure.members(), failure.is_cut()),
        }
    }

    #[inline(always)]
    fn request(&mut self, request: &RequestSummary<'_>) {
        let left_out = self.steps(request.steps);
        let dropped = request.steps.dropped().saturating_add(left_out);
        if dropped > 0 || has_rest(request) {
            self.aside(move |line| line.rest_of(request, dropped));
        }
    }

    fn rest_of(&mut self, request: &RequestSummary<'_>, dropped: u64) {
        self.missing(request, dropped);
        if let Some(exchange) = request.exchange {
            self.exchange(exchange);
        }
    }

    /// Writes what the line and its trace lack: steps, detail, the caller's id.
    pub(super) fn missing(&mut self, request: &RequestSummary<'_>, dropped: u64) {
        self.number(keys::STEPS_DROPPED, Some(dropped).filter(|dropped| *dropped > 0));
        match request.detail {
            Some(Note::Discarded) => self.raw(keys::DETAIL_DISCARDED),
            Some(Note::Dropped) => self.raw(keys::DETAIL_DROPPED),
            None => {}
        }
        let missing = Some(request.detail_dropped).filter(|missing| *missing > 0);
        self.number(keys::LINES_OF_DETAIL_DROPPED, missing);
        if let Some(reason) = request.rejected {
            self.raw(keys::REQUEST_ID_REJECTED);
            self.raw(reason.as_str());
            self.raw("\"");
        }
    }

    fn exchange(&mut self, exchange: &Exchange<'_>) {
        self.raw(keys::METHOD);
        self.text(MOST_METHOD, |to| to.push(exchange.method));
        if let Some(route) = exchange.route {
            self.field(keys::ROUTE.as_bytes(), &Value::text(route));
        }
        self.field(keys::PATH.as_bytes(), &Value::text(exchange.path));
        let response = exchange.response;
        self.number(keys::STATUS, response.status.map(u64::from));
        self.number(keys::GRPC_STATUS, response.grpc_status.map(u64::from));
        if let Some(ttfb) = response.ttfb_ns {
            self.raw(keys::TTFB_MS);
            number::push_millis(&mut self.to, ttfb);
        }
    }

    #[inline(always)]
    pub(super) fn number(&mut self, key: &str, value: Option<u64>) {
        if let Some(value) = value {
            self.raw(key);
            number::push_u64(&mut self.to, value);
        }
    }

    /// Writes as many totals of steps as fit. Returns how many steps are in the
    /// totals that were left out.
    #[inline(always)]
    fn steps(&mut self, steps: &Totals) -> u64 {
        let end = self.to.len() + self.room(self.style.limits.steps);
        let (mut is_first, mut left_out) = (true, 0);
        for step in steps.iter() {
            if left_out == 0 && self.step_within(end, is_first, step) {
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
    fn step_within(&mut self, end: usize, is_first: bool, step: &Total) -> bool {
        let before = self.to.len();
        if is_first {
            self.raw(keys::STEPS);
        } else {
            self.raw(",{");
        }
        self.step(step);
        let fits = self.to.len() < end;
        if !fits {
            self.to.truncate(before);
        }
        fits
    }

    #[inline(always)]
    fn step(&mut self, step: &Total) {
        // The callsite's text begins with a comma, because it is usually a
        // later member.
        let name = step.callsite.facts.text.name;
        self.constant(name.strip_prefix(',').unwrap_or(name), keys::MOST_MEMBER);
        if let Some(sum) = Millis::of(step.sum_ns).short().filter(|_| step.is_one_plain_call()) {
            return self.one_call(sum);
        }
        self.times(step);
        // Written even if it is zero: readers that infer the keys of entries
        // from the first lines ignore a key that appears later.
        if step.errors == 0 && step.cancelled == 0 {
            return self.raw(keys::NO_ERRORS_END);
        }
        let (errors, cancelled) = (step.errors, step.cancelled);
        self.aside(move |line| line.unsuccessful(errors, cancelled));
    }

    /// Writes the facts of a single call, whose times are all the same. Most
    /// entries are like this.
    #[inline(always)]
    fn one_call(&mut self, (time, time_len): ([u8; 8], usize)) {
        let len = keys::ONE_CALL_LEN + 3 * time_len;
        self.to.put_filled(&keys::ONE_CALL.bytes, len, |text| {
            let mut at = keys::ONE_CALL.len;
            for after in &keys::AFTER_TIMES {
                put_at(text, at, time);
                at += time_len;
                put_at(text, at, after.bytes);
                at += after.len;
            }
        });
    }

    /// Writes how many calls failed or were cancelled.
    pub(super) fn unsuccessful(&mut self, errors: u64, cancelled: u64) {
        match errors {
            0 => self.raw(keys::NO_ERRORS),
            errors => self.number(keys::ERRORS, Some(errors)),
        }
        self.number(keys::CANCELLED, Some(cancelled).filter(|cancelled| *cancelled > 0));
        self.raw("}");
    }

    /// Writes the number of calls and their times.
    #[inline(always)]
    fn times(&mut self, step: &Total) {
        if step.count == 1 {
            self.raw(keys::ONE_TOTAL_MS);
        } else {
            self.number(keys::COUNT, Some(step.count));
            self.raw(keys::TOTAL_MS);
        }
        let sum = Millis::of(step.sum_ns);
        let text = |nanos| if nanos == step.sum_ns { sum } else { Millis::of(nanos) };
        sum.push_to(&mut self.to);
        self.raw(keys::SELF_MS);
        text(step.self_ns).push_to(&mut self.to);
        self.raw(keys::MAX_MS);
        text(step.max_ns).push_to(&mut self.to);
    }

    pub(super) fn failure(&mut self, failure: &Failure<'_>) {
        self.failure_as(failure, keys::ERROR);
    }

    /// Writes a failure whose text has this key.
    pub(super) fn failure_as(&mut self, failure: &Failure<'_>, key: &str) {
        if let Some(ErrorText::Made(made)) = &failure.text {
            return self.failure_as(&made.failure(), key);
        }
        if let Some(error) = &failure.text {
            self.raw(key);
            let most = self.room(usize::MAX).saturating_sub(2).min(self.style.limits.error);
            let fit = push_error(&mut self.to, most, error);
            self.note(fit);
        }
        if let Some(first) = failure.source {
            self.causes(keys::ERROR_CHAIN.as_bytes(), first);
        }
    }

    /// Writes as many causes of an error as fit.
    pub(super) fn causes(&mut self, key: &[u8], first: &(dyn Error + 'static)) {
        let most = self.room(self.style.limits.error_chain);
        let fit = causes::push(&mut self.to, key, first, most);
        self.note(fit);
    }
}

#[inline(always)]
fn put_at<const N: usize>(text: &mut [u8], at: usize, bytes: [u8; N]) {
    if let Some(place) = chunk_at(text, at) {
        *place = bytes;
    }
}

/// Returns whether a request's line has more than its steps.
#[inline]
pub(super) fn has_rest(request: &RequestSummary<'_>) -> bool {
    let has_detail = request.detail.is_some() || request.detail_dropped > 0;
    has_detail || request.rejected.is_some() || request.exchange.is_some()
}

fn push_error(to: &mut Cursor, most: usize, error: &ErrorText<'_>) -> Fit {
    match error {
        ErrorText::Error(error) => encode::push_formatted(to, most, |to| write!(to, "{error}")),
        ErrorText::Display(error) => encode::push_formatted(to, most, |to| write!(to, "{error}")),
        ErrorText::Debug(error) => encode::push_formatted(to, most, |to| write!(to, "{error:?}")),
        ErrorText::Value(value) => {
            encode::push_as_text(to, &value.to_value(), Room { end: usize::MAX, value: most + 2 })
        }
        ErrorText::Nested(value) => encode::push_nested_text(to, most, *value),
        ErrorText::Text(text) | ErrorText::Answer(text) => {
            encode::push_quoted(to, most, |to| to.push(text))
        }
        ErrorText::Type(name) => encode::push_formatted(to, most, |to| write_type(to, name)),
        // `failure` has replaced it by its content.
        ErrorText::Made(_) => Fit::Whole,
    }
}
