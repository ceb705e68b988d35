//! Sync steps: a guard, and a closure under one.
//!
//! A sync step runs within one call on one thread, so it needs no context of
//! its own: it swaps the current span, and puts it back.

use std::{fmt, thread};

use super::{Opening, Scope, close::End, open::may_be_worth_timing};
use crate::{
    Context,
    context::store,
    outcome::{By, Ending, Outcome, Reading},
    panic,
};

/// Opens a step that ends when the guard is dropped.
pub fn enter(opening: impl Opening) -> Entered {
    let mut entered = Entered(None);
    open(&mut entered.0, opening);
    entered
}

/// Calls `body` as a step.
pub fn run<R>(
    opening: impl Opening,
    body: impl FnOnce() -> R,
    outcome: impl for<'a> Fn(&'a R) -> Outcome<'a>,
) -> R {
    run_with(opening, body, By(outcome))
}

/// The same, with a reading of the value.
#[expect(clippy::needless_pass_by_value, reason = "a reading is no more than a name")]
pub fn run_with<R>(opening: impl Opening, body: impl FnOnce() -> R, reading: impl Reading<R>) -> R {
    let mut running = Running(None);
    open(&mut running.0, opening);
    let value = body();
    if let Some(scope) = &mut running.0 {
        close(scope, &End::of(&reading.read(&value)));
    }
    running.0 = None;
    value
}

/// A body that has not returned: dropped with its scope only when it unwinds.
struct Running(Option<Scope>);

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(scope) = &mut self.0 {
            close(scope, &End::now(Ending::Panicked, None));
        }
    }
}

/// A sync step that is open; closed when dropped.
#[must_use = "the step ends when this is dropped"]
pub struct Entered(Option<Scope>);

impl Drop for Entered {
    fn drop(&mut self) {
        if let Some(scope) = &mut self.0 {
            let panicked = thread::panicking() && !scope.was_panicking;
            let ending = if panicked { Ending::Panicked } else { Ending::Ok };
            close(scope, &End::now(ending, None));
        }
    }
}

impl fmt::Debug for Entered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Entered").finish()
    }
}

/// Opens a step whose frame is in the slot, while in here is the one from
/// outside.
fn open(to: &mut Option<Scope>, mut opening: impl Opening) {
    let callsite = opening.callsite();
    if !may_be_worth_timing(callsite) {
        return;
    }
    panic::forget();
    Scope::step(to, callsite, opening.take_fields(), Context::current());
    if let Some(scope) = to {
        store::begin_sync(&mut scope.frame, scope.start);
    }
}

fn close(scope: &mut Scope, end: &End<'_>) {
    if scope.ends() {
        store::end_sync(&mut scope.frame, end.at);
        scope.close(end);
    }
}
