//! Writes how a request or step ended: outcome, times, failure, and a request's
//! steps and exchange.

use std::{error::Error, fmt::Write as _};

use super::{encoder::Encoder, keys};
use crate::{
    context::totals::{Total, Totals},
    failure::{ErrorText, Failure, write_type},
    field::{
        causes,
        encode::{self, Fit, Room},
        value::Value,
    },
    json::number,
    record::{Closing, Exchange, FailureRef, RequestSummary},
};

/// The most room that the other facts of a scope need after its error, without
/// the steps and the path.
const AFTER_FAILURE: usize = 256;

/// The most bytes of a request's method that are written.
const MOST_METHOD: usize = 32;

impl Encoder<'_> {
    pub(super) fn closing(&mut self, closing: &Closing<'_>, is_slow: bool) {
        self.raw(keys::outcome(closing.outcome));
        number::push_millis(self.buf, closing.duration_ns());
        if let Some(busy) = closing.busy_ns {
            self.raw(keys::BUSY_MS);
            number::push_millis(self.buf, busy);
        }
        let end = self.end;
        self.end = end.saturating_sub(AFTER_FAILURE);
        match closing.failure {
            None => {}
            Some(FailureRef::AtHand(failure)) => self.failure(failure),
            Some(FailureRef::Encoded(failure)) => self.encoded(failure.members(), failure.is_cut()),
        }
        if is_slow {
            self.raw(keys::SLOW);
        }
        if let Some(request) = closing.request {
            self.request(request);
        }
        self.end = end;
    }

    fn request(&mut self, request: &RequestSummary<'_>) {
        let left_out = self.steps(request.steps);
        let dropped = request.steps.dropped().saturating_add(left_out);
        if dropped > 0 {
            self.raw(keys::STEPS_DROPPED);
            number::push_u64(self.buf, dropped);
        }
        if let Some(reason) = request.rejected {
            self.raw(keys::REQUEST_ID_REJECTED);
            self.raw(reason.as_str());
            self.raw("\"");
        }
        if let Some(exchange) = request.exchange {
            self.exchange(exchange);
        }
    }

    fn exchange(&mut self, exchange: &Exchange) {
        self.raw(keys::METHOD);
        let fit = self.text(MOST_METHOD, |to| to.push(&exchange.method));
        self.note(fit);
        if let Some(route) = &exchange.route {
            self.field(keys::ROUTE.as_bytes(), &Value::text(route));
        }
        self.field(keys::PATH.as_bytes(), &Value::text(&exchange.path));
        self.number(keys::STATUS, exchange.status.map(u64::from));
        self.number(keys::GRPC_STATUS, exchange.grpc_status.map(u64::from));
        if let Some(ttfb) = exchange.ttfb_ns {
            self.raw(keys::TTFB_MS);
            number::push_millis(self.buf, ttfb);
        }
    }

    fn number(&mut self, key: &str, value: Option<u64>) {
        if let Some(value) = value {
            self.raw(key);
            number::push_u64(self.buf, value);
        }
    }

    /// Writes as many totals of steps as fit. Returns how many steps are in the
    /// totals that were left out.
    fn steps(&mut self, steps: &Totals) -> u64 {
        let end = self.buf.len() + self.room(self.style.limits.steps);
        let (mut opening, mut left_out) = (keys::STEPS, 0);
        for step in steps.iter() {
            if left_out == 0 && self.step_within(end, opening, step) {
                opening = ",";
            } else {
                left_out += step.count;
            }
        }
        if opening == "," {
            self.raw("]");
        }
        left_out
    }

    /// Writes a total if it ends before `end`. Returns whether it does.
    fn step_within(&mut self, end: usize, opening: &str, step: &Total) -> bool {
        let before = self.buf.len();
        self.raw(opening);
        self.step(step);
        let fits = self.buf.len() < end;
        if !fits {
            self.buf.truncate(before);
        }
        fits
    }

    fn step(&mut self, step: &Total) {
        // The callsite's text begins with a comma, because it is usually a
        // later member.
        let name = step.callsite.facts.text.name;
        self.raw("{");
        self.constant(name.strip_prefix(',').unwrap_or(name), keys::MOST_MEMBER);
        self.raw(keys::COUNT);
        number::push_u64(self.buf, step.count);
        self.raw(keys::TOTAL_MS);
        number::push_millis(self.buf, step.sum_ns);
        self.raw(keys::SELF_MS);
        number::push_millis(self.buf, step.self_ns);
        self.raw(keys::MAX_MS);
        number::push_millis(self.buf, step.max_ns);
        // Written even if it is zero: readers that infer the keys of entries
        // from the first lines ignore a key that appears later.
        match step.errors {
            0 => self.raw(keys::NO_ERRORS),
            errors => self.number(keys::ERRORS, Some(errors)),
        }
        self.number(keys::CANCELLED, Some(step.cancelled).filter(|cancelled| *cancelled > 0));
        self.raw("}");
    }

    pub(super) fn failure(&mut self, failure: &Failure<'_>) {
        if let Some(ErrorText::Made(made)) = &failure.text {
            return self.failure(&made.failure());
        }
        if let Some(error) = &failure.text {
            self.raw(keys::ERROR);
            let most = self.room(usize::MAX).saturating_sub(2).min(self.style.limits.error);
            let fit = push_error(self.buf, most, error);
            self.note(fit);
        }
        if let Some(first) = failure.source {
            self.causes(keys::ERROR_CHAIN.as_bytes(), first);
        }
    }

    /// Writes as many causes of an error as fit.
    pub(super) fn causes(&mut self, key: &[u8], first: &(dyn Error + 'static)) {
        let most = self.room(self.style.limits.error_chain);
        let fit = causes::push(self.buf, key, first, most);
        self.note(fit);
    }
}

fn push_error(buf: &mut Vec<u8>, most: usize, error: &ErrorText<'_>) -> Fit {
    match error {
        ErrorText::Error(error) => encode::push_formatted(buf, most, |to| write!(to, "{error}")),
        ErrorText::Display(error) => encode::push_formatted(buf, most, |to| write!(to, "{error}")),
        ErrorText::Debug(error) => encode::push_formatted(buf, most, |to| write!(to, "{error:?}")),
        ErrorText::Value(value) => {
            encode::push_as_text(buf, &value.to_value(), Room { end: usize::MAX, value: most + 2 })
        }
        ErrorText::Nested(value) => encode::push_nested_text(buf, most, *value),
        ErrorText::Text(text) | ErrorText::Answer(text) => {
            encode::push_quoted(buf, most, |to| to.push(text))
        }
        ErrorText::Type(name) => encode::push_formatted(buf, most, |to| write_type(to, name)),
        // `failure` has replaced it by its content.
        ErrorText::Made(_) => Fit::Whole,
    }
}
