//! Async requests and steps: a future around the body's.
//!
//! It opens at the first poll and keeps its own context, so that it tells the
//! truth wherever it is polled or dropped. It closes exactly once: with the
//! value, when a panic leaves a poll, or when it is dropped before its end.

use std::{
    fmt,
    pin::Pin,
    task::{Context, Poll},
};

use pin_project_lite::pin_project;

use super::{End, IntoOpening, Opening, Role, Scope, close_joined, ended_at, open};
#[cfg(feature = "stream")]
use crate::{Limits, Value, fields::Encoded};
use crate::{
    clock::Moment,
    context::{Here, Owner, resumed_after_completion, store},
    outcome::{By, Ending, Failure, Outcome, Reading},
    panic,
};

/// Times a future as what its callsite says: a request, or a step.
pub fn timed<F, O>(opening: impl IntoOpening, future: F, outcome: O) -> Timed<F, By<O>>
where
    F: Future,
    O: for<'a> Fn(&'a F::Output) -> Outcome<'a>,
{
    timed_with(opening, future, By(outcome))
}

/// The same, with a reading of the future's value.
pub fn timed_with<F, R>(opening: impl IntoOpening, future: F, reading: R) -> Timed<F, R>
where
    F: Future,
    R: Reading<F::Output>,
{
    Timed { future: Some(future), state: State::Waiting(opening.into_opening()), reading }
}

pin_project! {
    /// A future that is timed.
    #[must_use = "futures do nothing unless polled or awaited"]
    pub struct Timed<F, R> {
        // Emptied before the scope closes: what the body holds is dropped
        // inside of it.
        #[pin]
        future: Option<F>,
        state: State,
        reading: R,
    }

    impl<F, R> PinnedDrop for Timed<F, R> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if let Some(mut running) = Running::resume(this.state) {
                running.enter(|| this.future.set(None));
                running.cancelled();
            }
        }
    }
}

impl<F, R> Future for Timed<F, R>
where
    F: Future,
    R: Reading<F::Output>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        this.state.begin();
        let mut poll = || {
            let future = this.future.as_mut().as_pin_mut();
            let polled = future.map_or_else(|| resumed_after_completion(), |it| it.poll(cx));
            if polled.is_ready() {
                this.future.set(None);
            }
            polled
        };
        let Some(mut running) = Running::resume(this.state) else {
            return poll();
        };
        let polled = running.enter(poll);
        match &polled {
            Poll::Pending => running.pause(),
            Poll::Ready(value) => running.finished(this.reading.read(value)),
        }
        polled
    }
}

impl<F, R> fmt::Debug for Timed<F, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timed").finish_non_exhaustive()
    }
}

/// Where a timed future is in its life.
pub(crate) enum State {
    /// Not polled yet.
    Waiting(Opening),
    Open(Open),
    /// Closed, or never to be opened.
    Done,
}

pub(crate) struct Open {
    pub(crate) scope: Scope,
    owner: Owner,
    /// Time inside earlier polls.
    busy_ns: u64,
    /// How many polls have ended.
    polls: u32,
}

impl Open {
    fn close(self, end: &End<'_>) {
        let Self { scope, owner, .. } = self;
        let here = Here::of(&owner, scope.frame.span);
        let Some(trace) = owner.trace() else {
            return scope.close_step(here, end);
        };
        match scope.role {
            Role::Request | Role::Held(_) => scope.close_request(here, end, trace),
            Role::Joined => close_joined(&here, end, trace),
            Role::Step => {
                trace.count(scope.finished(end));
                scope.close_step(here, end);
            }
        }
    }

    /// Returns the time inside `poll`, of what was polled more than once.
    fn busy_ns_at(&self, at: Moment, since: Moment, ending: Ending) -> Option<u64> {
        // What is cancelled was dropped, not polled, since then.
        let (polls, last_ns) = match ending {
            Ending::Cancelled => (self.polls, 0),
            Ending::Ok | Ending::Error | Ending::Panicked => {
                (self.polls.saturating_add(1), at.nanos_since(since))
            }
        };
        (polls > 1).then(|| self.busy_ns.saturating_add(last_ns))
    }
}

impl State {
    /// Opens what waits for its first poll.
    pub(super) fn begin(&mut self) {
        if let Self::Waiting(_) = self
            && let Self::Waiting(opening) = std::mem::replace(self, Self::Done)
        {
            *self = Self::of(opening);
        }
    }

    /// Opens at once.
    pub(crate) fn of(opening: Opening) -> Self {
        open(opening).map_or(Self::Done, |(scope, owner)| Self::open(scope, owner))
    }

    pub(crate) fn open(scope: Scope, owner: Owner) -> Self {
        Self::Open(Open { scope, owner, busy_ns: 0, polls: 0 })
    }
}

/// A scope whose body runs right now. A panic that leaves the body drops
/// this, and so closes the scope at once: the executor may drop the future
/// only after it has caught the panic, when it is no longer to be seen.
pub(crate) struct Running<'a> {
    state: &'a mut State,
    since: Moment,
}

impl<'a> Running<'a> {
    pub(crate) fn resume(state: &'a mut State) -> Option<Self> {
        let State::Open(open) = state else { return None };
        panic::forget();
        // The first poll began when the scope did: one clock reading for both.
        let since = if open.polls > 0 { Moment::now() } else { open.scope.start };
        Some(Self { state, since })
    }

    pub(crate) fn enter<R>(&mut self, run: impl FnOnce() -> R) -> R {
        match &mut *self.state {
            State::Open(open) => store::enter(&open.owner, &mut open.scope.frame, run),
            State::Waiting(_) | State::Done => run(),
        }
    }

    pub(crate) fn pause(self) {
        if let State::Open(open) = &mut *self.state {
            open.busy_ns += Moment::now().nanos_since(self.since);
            open.polls = open.polls.saturating_add(1);
        }
        std::mem::forget(self);
    }

    pub(super) fn finished(mut self, outcome: Outcome<'_>) {
        let (ending, failure) = End::with(outcome);
        self.close(ending, failure);
    }

    pub(super) fn cancelled(mut self) {
        self.close(Ending::Cancelled, Failure::default());
    }

    /// Adds a field to a step.
    #[cfg(feature = "stream")]
    pub(super) fn set(&mut self, key: &str, value: Value<'_>) {
        let limits = Limits::new();
        let field = Encoded::new(key.as_bytes(), value, &limits);
        if let State::Open(open) = &mut *self.state
            && let Some(fields) = &mut open.scope.frame.fields
        {
            fields.set(&field, &limits);
        }
    }

    /// Closes the scope, unless that has been done.
    pub(crate) fn close(&mut self, ending: Ending, failure: Failure<'_>) {
        let State::Open(open) = std::mem::replace(self.state, State::Done) else { return };
        let at = ended_at(ending);
        let busy_ns = open.busy_ns_at(at, self.since, ending);
        open.close(&End { ending, failure, at, busy_ns });
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.close(Ending::Panicked, Failure::default());
    }
}
