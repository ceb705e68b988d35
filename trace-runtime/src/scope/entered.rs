//! Sync steps: opened by a guard or around a closure.
//!
//! A sync step runs within one call on one thread, so it needs no context of
//! its own: it swaps in its frame and swaps it out again.

use std::{fmt, thread};

use super::{
    Opening, Scope,
    close::Leaving,
    open::{Worth, open_sync},
    watched::Watched,
};
use crate::{
    callsite::Callsite,
    clock::Moment,
    field::kept::Kept,
    outcome::{
        Outcome,
        inferred::{Ended, ended},
        reading::{By, Reading, Returned},
    },
    panic,
    record::Closing,
};

/// Opens a step that ends when the guard is dropped.
pub fn enter(opening: impl Opening) -> Entered {
    Entered(Step::of(opening))
}

/// The same as [`enter`], for a function whose work is known to be done when it
/// returns.
pub fn enter_with(opening: impl Opening, (): ()) -> Entered {
    enter(opening)
}

/// Calls `body` as a step.
pub fn run<R>(
    opening: impl Opening,
    body: impl FnOnce() -> R,
    outcome: impl for<'a> Fn(&'a R) -> Returned<'a>,
) -> R {
    run_with(opening, By(outcome), body)
}

/// The same as [`run`], with a reading of the value.
#[expect(clippy::needless_pass_by_value, reason = "a reading is only a name")]
pub fn run_with<R>(opening: impl Opening, reading: impl Reading<R>, body: impl FnOnce() -> R) -> R {
    let mut running = Unreturned(Step::of(opening));
    let value = body();
    if running.0.is_open() {
        running.0.finished(&reading.read(&value));
    }
    value
}

/// The same as [`run_with`], for a value whose type may be inferred later.
pub fn run_by<T, R: Reading<T>, M>(
    opening: impl Opening,
    body: impl FnOnce() -> T,
    reading: impl FnOnce(Ended<T, M>) -> R,
) -> T {
    run_with(opening, reading(ended()), body)
}

/// A body that has not returned. It is dropped with its step open only while
/// unwinding.
struct Unreturned(Step);

impl Drop for Unreturned {
    fn drop(&mut self) {
        self.0.ended(Outcome::Panicked);
    }
}

/// An open sync step, which ends when this is dropped.
#[must_use = "the step ends when this is dropped"]
pub struct Entered(Step);

impl Drop for Entered {
    fn drop(&mut self) {
        let panicked = thread::panicking() && !self.0.was_panicking();
        self.0.ended(if panicked { Outcome::Panicked } else { Outcome::Ok });
    }
}

impl fmt::Debug for Entered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Entered").finish()
    }
}

/// A sync step.
enum Step {
    /// The step's frame is in the slot, and the scope keeps the outer frame.
    Open(Option<Scope>),
    Watched(Watched),
}

impl Step {
    const NOTHING: Self = Self::Open(None);

    #[inline]
    fn of(mut opening: impl Opening) -> Self {
        Self::opened(opening.callsite(), opening.take_fields())
    }

    /// Returns the step, made in the place where it stays ("store forwarding" in
    /// `speed-notes.md`).
    #[inline(never)]
    fn opened(callsite: &'static Callsite, fields: Kept) -> Self {
        match Worth::of(callsite) {
            Worth::Nothing => Self::NOTHING,
            Worth::Watch => Self::Watched(Watched::new(callsite, fields)),
            Worth::Scope => {
                panic::forget();
                Self::Open(open_sync(callsite, fields))
            }
        }
    }

    fn is_open(&self) -> bool {
        !matches!(self, Self::Open(None))
    }

    fn was_panicking(&self) -> bool {
        match self {
            Self::Open(scope) => scope.as_ref().is_some_and(|scope| scope.was_panicking),
            Self::Watched(watched) => watched.was_panicking,
        }
    }

    /// Ends it with its value.
    fn finished(&mut self, returned: &Returned<'_>) {
        match self {
            Self::Open(None) => {}
            Self::Open(Some(scope)) => close(scope, |start| Closing::of(start, returned)),
            Self::Watched(watched) => watched.finished(returned),
        }
        *self = Self::NOTHING;
    }

    /// Ends it without a value, unless it has ended.
    fn ended(&mut self, outcome: Outcome) {
        match self {
            Self::Open(None) => {}
            Self::Open(Some(scope)) => close(scope, |start| Closing::now(start, outcome, None)),
            Self::Watched(watched) => watched.ended(outcome),
        }
    }
}

#[inline(never)]
fn close<'f>(scope: &mut Scope, closing: impl FnOnce(Moment) -> Closing<'f>) {
    if scope.ends() {
        let closing = closing(scope.start);
        scope.leave_and_close(&closing, Leaving::Sync, None);
    }
}
