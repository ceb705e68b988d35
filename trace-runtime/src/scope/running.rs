//! A scope whose body is running: its frame is in the slot, its time is
//! measured, and the end of the body closes it, whatever that end is.

use std::{mem, pin::Pin, task};

use super::{Polls, Role, Scope, close::Leaving};
#[cfg(feature = "stream")]
use crate::field::{kept::Encoded, limits::Limits, value::Value};
use crate::{
    clock::Moment,
    context::{steps, store, totals::ByNumber},
    failure::Failure,
    outcome::{Outcome, reading::Returned},
    panic,
    record::Closing,
};

/// A scope whose body is running. A panic in the body drops this, and so closes
/// the scope at once. The executor may drop the future only after it has caught
/// the panic, when the panic can no longer be detected.
pub(crate) struct Running<'a> {
    /// `None` once it is closed.
    scope: &'a mut Option<Scope>,
    since: Moment,
    /// The totals of a request's steps that have ended while it ran, and are not in
    /// its story yet.
    totals: ByNumber,
}

impl<'a> Running<'a> {
    #[expect(clippy::inline_always, reason = "it would be returned through memory")]
    #[inline(always)]
    pub(crate) fn resume(scope: &'a mut Option<Scope>) -> Option<Self> {
        let it = scope.as_ref()?;
        panic::forget();
        // The first poll begins with the scope: one clock reading serves both.
        let is_first = matches!(it.polls, Polls::Unnoted | Polls::None);
        let since = if is_first { it.start } else { Moment::now() };
        Some(Self { scope, since, totals: ByNumber::default() })
    }

    pub(crate) fn enter<R>(&mut self, run: impl FnOnce() -> R) -> R {
        match self.scope {
            Some(scope) => scope.enter(&mut self.totals, run),
            None => run(),
        }
    }

    pub(crate) fn pause(mut self) {
        if let Some(scope) = &mut *self.scope {
            if let Some(trace) = scope.owner.trace().filter(|_| !self.totals.is_empty()) {
                trace.count_all(mem::take(&mut self.totals));
            }
            scope.busy_ns += Moment::now().nanos_since(self.since);
            scope.polls = scope.polls.next();
            scope.take_owner();
        }
        std::mem::forget(self);
    }

    pub(super) fn finished(mut self, returned: &Returned<'_>) {
        self.close_with(|start| Closing::of(start, returned));
        std::mem::forget(self); // nothing is left to close
    }

    pub(super) fn cancelled(mut self) {
        self.close(Outcome::Cancelled, None);
    }

    /// Adds a field to a step.
    #[cfg(feature = "stream")]
    pub(super) fn set(&mut self, key: &str, value: Value<'_>) {
        let limits = Limits::new();
        let field = Encoded::new(key.as_bytes(), &value, &limits);
        if let Some(scope) = &mut *self.scope {
            scope.frame.fields.set(&field, &limits);
        }
    }

    /// Closes the scope, unless it is closed already.
    pub(crate) fn close(&mut self, outcome: Outcome, failure: Option<&Failure<'_>>) {
        self.close_with(|start| Closing::now(start, outcome, failure));
    }

    fn close_with<'f>(&mut self, closing: impl FnOnce(Moment) -> Closing<'f>) {
        // Closed in place, because taking it out first costs more.
        if let Some(scope) = self.scope {
            if scope.ends() {
                let mut closing = closing(scope.start);
                closing.busy_ns = scope.busy_ns(&closing, self.since);
                scope.leave_and_close(&closing, Leaving::Async, Some(&mut self.totals));
                mem::take(&mut scope.owner).spare();
            }
        }
        *self.scope = None;
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.close(Outcome::Panicked, None);
    }
}

impl Scope {
    #[expect(clippy::inline_always, reason = "as if it were in its only caller")]
    #[inline(always)]
    fn enter<R>(&mut self, totals: &mut ByNumber, run: impl FnOnce() -> R) -> R {
        let begins = self.is_beginning().then_some(self.start);
        match (self.role, begins) {
            (Role::Request, _) => store::enter_request(&self.owner, &mut self.frame, totals, run),
            (Role::Here, Some(start)) => store::enter_here(&mut self.frame, start, run),
            _ => store::enter(&self.owner, &mut self.frame, begins, run),
        }
    }

    /// Returns whether it is a step that the enclosing scope does not know yet.
    #[inline]
    fn is_beginning(&mut self) -> bool {
        let is_beginning = self.polls == Polls::Unnoted;
        if is_beginning {
            self.polls = Polls::None;
        }
        is_beginning
    }

    /// Reports its start to the enclosing scope, before anything runs in it.
    pub(crate) fn begin(&mut self) {
        if self.is_beginning() {
            steps::begin(self.start);
        }
    }

    /// Reports its end to the enclosing scope, if it is a step.
    #[inline]
    pub(super) fn leave(&self, at: Moment) {
        if self.frame.is_step {
            steps::end(self.parent, at);
        }
    }

    /// Returns the time spent in `poll`, if it was polled more than once.
    #[inline]
    fn busy_ns(&self, closing: &Closing<'_>, since: Moment) -> Option<u64> {
        // A cancelled future was dropped, not polled.
        let (polls, last_ns) = match closing.outcome {
            Outcome::Cancelled => (self.polls, 0),
            Outcome::Ok | Outcome::Error | Outcome::Panicked => {
                (self.polls.next(), closing.end.nanos_since(since))
            }
        };
        (polls == Polls::More).then(|| self.busy_ns.saturating_add(last_ns))
    }
}

/// The body of a scope, whatever its type. The code that runs a scope around it
/// exists once.
pub(super) trait Polled {
    /// Polls it, and drops it when it ends.
    fn poll(&mut self, cx: &mut task::Context<'_>);

    /// Reads its value, if it has ended.
    fn returned(&self) -> Option<Returned<'_>>;
}

/// The place of a body, which can be emptied.
pub(super) trait Clear {
    fn clear(self: Pin<&mut Self>);
}

/// Polls a body inside its scope, if that is open.
pub(super) fn poll(scope: &mut Option<Scope>, body: &mut dyn Polled, cx: &mut task::Context<'_>) {
    let Some(mut running) = Running::resume(scope) else { return body.poll(cx) };
    running.enter(|| body.poll(cx));
    match &body.returned() {
        None => running.pause(),
        Some(returned) => running.finished(returned),
    }
}

/// Drops a body inside its scope, if that is open.
pub(super) fn cancel(scope: &mut Option<Scope>, body: Pin<&mut dyn Clear>) {
    if let Some(mut running) = Running::resume(scope) {
        running.enter(|| body.clear());
        running.cancelled();
    }
}
