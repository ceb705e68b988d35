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

use super::{End, IntoOpening, Scope, open};
#[cfg(feature = "stream")]
use crate::{Limits, Value, fields::Encoded};
use crate::{
    clock::Moment,
    context::{resumed_after_completion, store},
    outcome::{By, Ending, Failure, Outcome, Reading},
    panic,
};

/// Times a future as what its callsite says: a request, or a step.
pub fn timed<F, P, O>(opening: P, future: F, outcome: O) -> Timed<F, P, By<O>>
where
    F: Future,
    P: IntoOpening,
    O: for<'a> Fn(&'a F::Output) -> Outcome<'a>,
{
    timed_with(opening, future, By(outcome))
}

/// The same, with a reading of the future's value.
pub fn timed_with<F, P, R>(opening: P, future: F, reading: R) -> Timed<F, P, R>
where
    F: Future,
    P: IntoOpening,
    R: Reading<F::Output>,
{
    Timed { future: Some(future), state: State::Waiting(opening), reading }
}

pin_project! {
    /// A future that is timed.
    #[must_use = "futures do nothing unless polled or awaited"]
    pub struct Timed<F, P, R> {
        // Emptied before the scope closes: what the body holds is dropped
        // inside of it.
        #[pin]
        future: Option<F>,
        state: State<P>,
        reading: R,
    }

    impl<F, P, R> PinnedDrop for Timed<F, P, R> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            if let Some(mut running) = this.state.resume() {
                running.enter(|| this.future.set(None));
                running.cancelled();
            }
        }
    }
}

impl<F, P, R> Future for Timed<F, P, R>
where
    F: Future,
    P: IntoOpening,
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
        let Some(mut running) = this.state.resume() else {
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

impl<F, P, R> fmt::Debug for Timed<F, P, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timed").finish_non_exhaustive()
    }
}

/// Where a timed future is in its life.
pub(crate) enum State<P> {
    /// Not polled yet.
    Waiting(P),
    /// Polled: open, unless it is closed, or was never to be opened.
    Begun(Option<Open>),
}

impl<P> State<P> {
    /// Opens what waits for its first poll.
    pub(super) fn begin(&mut self)
    where
        P: IntoOpening,
    {
        if let Self::Waiting(_) = self
            && let Self::Waiting(opening) = std::mem::replace(self, Self::Begun(None))
        {
            *self = Self::Begun(Open::begin(opening));
        }
    }

    /// Returns the scope, to be run, if it is open.
    pub(super) fn resume(&mut self) -> Option<Running<'_>> {
        match self {
            Self::Waiting(_) => None,
            Self::Begun(open) => Running::resume(open),
        }
    }
}

/// A scope that is open, from poll to poll.
pub(crate) struct Open {
    pub(crate) scope: Scope,
    /// Time inside earlier polls.
    busy_ns: u64,
    polls: Polls,
}

/// How many polls have ended.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Polls {
    None,
    One,
    More,
}

impl Polls {
    fn next(self) -> Self {
        match self {
            Self::None => Self::One,
            Self::One | Self::More => Self::More,
        }
    }
}

impl Open {
    /// Opens what there is to open.
    pub(crate) fn begin(opening: impl IntoOpening) -> Option<Self> {
        open(opening.into_opening()).map(Self::new)
    }

    pub(crate) fn new(scope: Scope) -> Self {
        Self { scope, busy_ns: 0, polls: Polls::None }
    }

    /// Returns the time inside `poll`, of what was polled more than once.
    fn busy_ns(&self, end: &End<'_>, since: Moment) -> Option<u64> {
        // What is cancelled was dropped, not polled, since then.
        let (polls, last_ns) = match end.ending {
            Ending::Cancelled => (self.polls, 0),
            Ending::Ok | Ending::Error | Ending::Panicked => {
                (self.polls.next(), end.at.nanos_since(since))
            }
        };
        (polls == Polls::More).then(|| self.busy_ns.saturating_add(last_ns))
    }
}

/// A scope whose body runs right now. A panic that leaves the body drops
/// this, and so closes the scope at once: the executor may drop the future
/// only after it has caught the panic, when it is no longer to be seen.
pub(crate) struct Running<'a> {
    /// None once it is closed.
    open: &'a mut Option<Open>,
    since: Moment,
}

impl<'a> Running<'a> {
    pub(crate) fn resume(open: &'a mut Option<Open>) -> Option<Self> {
        let it = open.as_ref()?;
        panic::forget();
        // The first poll began when the scope did: one clock reading for both.
        let is_first = it.polls == Polls::None;
        let since = if is_first { it.scope.start } else { Moment::now() };
        Some(Self { open, since })
    }

    pub(crate) fn enter<R>(&mut self, run: impl FnOnce() -> R) -> R {
        match self.open {
            Some(open) => store::enter(&open.scope.owner, &mut open.scope.frame, run),
            None => run(),
        }
    }

    pub(crate) fn pause(self) {
        if let Some(open) = &mut *self.open {
            open.busy_ns += Moment::now().nanos_since(self.since);
            open.polls = open.polls.next();
        }
        std::mem::forget(self);
    }

    pub(super) fn finished(mut self, outcome: Outcome<'_>) {
        self.close_at(End::of(outcome));
    }

    pub(super) fn cancelled(mut self) {
        self.close(Ending::Cancelled, Failure::default());
    }

    /// Adds a field to a step.
    #[cfg(feature = "stream")]
    pub(super) fn set(&mut self, key: &str, value: Value<'_>) {
        let limits = Limits::new();
        let field = Encoded::new(key.as_bytes(), value, &limits);
        if let Some(Open { scope, .. }) = &mut *self.open
            && let Some(fields) = &mut scope.frame.fields
        {
            fields.set(&field, &limits);
        }
    }

    /// Closes the scope, unless that has been done.
    pub(crate) fn close(&mut self, ending: Ending, failure: Failure<'_>) {
        self.close_at(End::now(ending, failure));
    }

    fn close_at(&mut self, mut end: End<'_>) {
        if let Some(open) = self.open.take() {
            end.busy_ns = open.busy_ns(&end, self.since);
            open.scope.close(&end);
        }
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.close(Ending::Panicked, Failure::default());
    }
}
