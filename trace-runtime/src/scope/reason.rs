//! Decides which reason for a failure stands on the line.

use crate::{
    context::{Answer, Handler},
    failure::Failure,
    field::kept::Kept,
    outcome::Outcome,
    panic,
    record::{Closing, FailureRef},
};

/// Calls `close` with the message of the panic that ended the scope.
#[cold]
pub(super) fn panicked(closing: &Closing<'_>, close: impl FnOnce(&Closing<'_>)) {
    let message = panic::message();
    let failure = Failure::of_panic(message.as_deref());
    let failure = failure.text.is_some().then_some(FailureRef::AtHand(&failure));
    close(&Closing { failure, ..*closing });
}

/// Returns the failure on the line of a request. For a panic, that is its
/// message. Otherwise it is the first of these that is known: the error passed
/// to `request_error`, the error of the handler, the failure at the end. The
/// type of an error, and the way it was answered, come last.
#[inline]
pub(super) fn why<'a>(
    outcome: Outcome,
    at_end: Option<FailureRef<'a>>,
    given: &'a Kept,
    handler: Option<&'a Handler>,
) -> Option<FailureRef<'a>> {
    if at_end.is_none() && given.is_empty() && handler.is_none() {
        return None;
    }
    first_known(outcome, at_end, given, handler)
}

fn first_known<'a>(
    outcome: Outcome,
    at_end: Option<FailureRef<'a>>,
    given: &'a Kept,
    handler: Option<&'a Handler>,
) -> Option<FailureRef<'a>> {
    let said = |handler: &'a Handler| encoded(&handler.failure);
    let panic = handler.filter(|it| it.answer == Answer::Panicked).and_then(said);
    let says_why = handler.filter(|it| it.says_why).and_then(said);
    let reason = at_end.filter(FailureRef::says_why);
    let first = if outcome == Outcome::Panicked { panic.or(reason) } else { None };
    let last = at_end.filter(|_| outcome != Outcome::Ok);
    let handler = handler.and_then(said);
    first.or_else(|| encoded(given)).or(says_why).or(reason).or(handler).or(last)
}

fn encoded(failure: &Kept) -> Option<FailureRef<'_>> {
    (!failure.is_empty()).then_some(FailureRef::Encoded(failure))
}
