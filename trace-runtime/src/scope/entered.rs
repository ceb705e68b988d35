//! Sync steps: a guard, and a closure under one.
//!
//! A sync step runs within one call on one thread, so it needs no context of
//! its own: it swaps the current span, and puts it back.

use std::{fmt, thread};

use super::{End, IntoOpening, Opening, Scope, ended_at, is_worth_timing};
use crate::{
    context::store,
    filter,
    outcome::{By, Ending, Failure, Outcome, Reading},
    panic,
};

/// Opens a step that ends when the guard is dropped.
pub fn enter(opening: impl IntoOpening) -> Entered {
    Entered(Open::new(opening.into_opening()))
}

/// Calls `body` as a step.
pub fn run<R>(
    opening: impl IntoOpening,
    body: impl FnOnce() -> R,
    outcome: impl for<'a> Fn(&'a R) -> Outcome<'a>,
) -> R {
    run_with(opening, body, By(outcome))
}

/// The same, with a reading of the value.
#[expect(clippy::needless_pass_by_value, reason = "a reading is no more than a name")]
pub fn run_with<R>(
    opening: impl IntoOpening,
    body: impl FnOnce() -> R,
    reading: impl Reading<R>,
) -> R {
    let mut running = Running(Open::new(opening.into_opening()));
    let value = body();
    if let Some(open) = running.0.take() {
        open.close_with(reading.read(&value));
    }
    value
}

/// A body that has not returned: dropped only when it unwinds.
struct Running(Option<Open>);

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(open) = self.0.take() {
            open.end(Ending::Panicked, Failure::default());
        }
    }
}

/// A sync step that is open; closed when dropped.
#[must_use = "the step ends when this is dropped"]
pub struct Entered(Option<Open>);

impl Drop for Entered {
    fn drop(&mut self) {
        if let Some(open) = self.0.take() {
            open.close();
        }
    }
}

impl fmt::Debug for Entered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Entered").finish()
    }
}

struct Open {
    /// Its frame is in the slot; in here is the one from outside.
    scope: Scope,
    /// A step that a destructor calls during a panic has not panicked itself.
    was_panicking: bool,
}

impl Open {
    fn new(opening: Opening) -> Option<Self> {
        if !filter::is_anything_on() {
            return None;
        }
        let here = store::here();
        if !is_worth_timing(opening.callsite, &here) {
            return None;
        }
        panic::forget();
        let mut scope = Scope::step(opening, here.ids.map(|(_, span)| span));
        store::swap(&mut scope.frame);
        Some(Self { scope, was_panicking: thread::panicking() })
    }

    fn close_with(self, outcome: Outcome<'_>) {
        let (ending, failure) = End::with(outcome);
        self.end(ending, failure);
    }

    fn close(self) {
        let panicked = thread::panicking() && !self.was_panicking;
        self.end(if panicked { Ending::Panicked } else { Ending::Ok }, Failure::default());
    }

    fn end(mut self, ending: Ending, failure: Failure<'_>) {
        let end = End { ending, failure, at: ended_at(ending), busy_ns: None };
        store::swap(&mut self.scope.frame);
        store::count(self.scope.finished(&end));
        self.scope.close_step(store::here(), &end);
    }
}
