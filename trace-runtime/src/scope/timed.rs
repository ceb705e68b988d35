//! Async requests and steps: a future around the future of the body.
//!
//! It opens at the first poll and keeps its own context, so its facts are right
//! wherever it is polled or dropped. It closes exactly once: with the value,
//! when a poll panics, or when it is dropped before its end.

use std::{
    fmt,
    pin::Pin,
    task::{self, Poll},
};

use pin_project_lite::pin_project;

#[cfg(feature = "stream")]
use super::Running;
use super::{
    Opening, Scope,
    open::{Worth, open},
    running::{Polled, cancel, poll},
    watched::{self, Watched},
};
use crate::{
    context::resumed_after_completion,
    outcome::{
        inferred::{Ended, ended},
        reading::{By, Reading, Returned},
    },
};

/// Times a future as the request or step of its callsite.
pub fn timed<F, P, O>(opening: P, future: F, outcome: O) -> Timed<F, P::Stored, By<O>>
where
    F: Future,
    P: Opening,
    O: for<'a> Fn(&'a F::Output) -> Returned<'a>,
{
    timed_with(opening, future, By(outcome))
}

/// The same as [`timed`], with a reading of the future's value.
pub fn timed_with<F, P, R>(opening: P, future: F, reading: R) -> Timed<F, P::Stored, R>
where
    F: Future,
    P: Opening,
    R: Reading<F::Output>,
{
    Timed { future: Some(future), state: State::Waiting(opening.stored()), reading }
}

/// The same as [`timed_with`], for a step whose value has a type that may be
/// inferred later.
pub fn timed_by<F, P, R, M>(
    opening: P,
    future: F,
    reading: impl FnOnce(Ended<F::Output, M>) -> R,
) -> Timed<F, P::Stored, R>
where
    F: Future,
    P: Opening,
    R: Reading<F::Output>,
{
    timed_with(opening, future, reading(ended()))
}

pin_project! {
    /// A timed future.
    #[must_use = "futures do nothing unless polled or awaited"]
    pub struct Timed<F, P, R> {
        // Set to `None` before the scope closes, so that the body's values are
        // dropped inside it.
        #[pin]
        future: Option<F>,
        state: State<P>,
        reading: R,
    }

    impl<F, P, R> PinnedDrop for Timed<F, P, R> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            match this.state {
                State::Begun(None) | State::Waiting(_) => {}
                State::Begun(scope) => cancel(scope, &mut || this.future.set(None)),
                State::Watched(step) => watched::cancel(step, &mut || this.future.set(None)),
            }
        }
    }
}

impl<F, P, R> Future for Timed<F, P, R>
where
    F: Future,
    P: Opening,
    R: Reading<F::Output>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let mut body = Polling { future: this.future, reading: this.reading, value: Poll::Pending };
        match this.state.begin() {
            State::Waiting(_) | State::Begun(None) => body.poll(cx),
            State::Begun(scope) => poll(scope, &mut body, cx),
            State::Watched(step) => watched::poll(step, &mut body, cx),
        }
        body.value
    }
}

/// A future, and the result of its latest poll.
struct Polling<'a, F: Future, R> {
    future: Pin<&'a mut Option<F>>,
    reading: &'a R,
    value: Poll<F::Output>,
}

impl<F: Future, R: Reading<F::Output>> Polled for Polling<'_, F, R> {
    fn poll(&mut self, cx: &mut task::Context<'_>) {
        let Some(future) = self.future.as_mut().as_pin_mut() else { resumed_after_completion() };
        self.value = future.poll(cx);
        if self.value.is_ready() {
            self.future.set(None);
        }
    }

    fn returned(&self) -> Option<Returned<'_>> {
        match &self.value {
            Poll::Ready(value) => Some(self.reading.read(value)),
            Poll::Pending => None,
        }
    }
}

impl<F, P, R> fmt::Debug for Timed<F, P, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Timed").finish_non_exhaustive()
    }
}

/// The states of a timed future.
pub(crate) enum State<P> {
    /// Not polled yet.
    Waiting(P),
    /// Polled: open, unless it has been closed or did not have to be opened.
    Begun(Option<Scope>),
    /// Polled, outside any trace, at a level that is filtered out.
    Watched(Watched),
}

impl<P: Opening> State<P> {
    /// Opens it at its first poll.
    #[inline]
    fn begin(&mut self) -> &mut Self {
        if let Self::Waiting(opening) = self {
            let callsite = opening.callsite();
            match Worth::of(callsite) {
                Worth::Nothing => *self = Self::Begun(None),
                Worth::Watch => {
                    *self = Self::Watched(Watched::new(callsite, opening.take_fields()));
                }
                Worth::Scope => self.open(),
            }
        }
        self
    }

    /// Opens the scope, if it has not been polled yet.
    pub(super) fn open(&mut self) {
        if let Self::Waiting(opening) = self {
            let callsite = opening.callsite();
            let (fields, inherited) = (opening.take_fields(), opening.take_inherited());
            let carried = opening.take_carried();
            *self = Self::Begun(None);
            if let Self::Begun(scope) = self {
                open(scope, callsite, fields, inherited, &carried);
            }
        }
    }
}

impl<P> State<P> {
    /// Returns the scope for running it, if it is open.
    #[cfg(feature = "stream")]
    pub(super) fn resume(&mut self) -> Option<Running<'_>> {
        match self {
            Self::Waiting(_) | Self::Watched(_) => None,
            Self::Begun(scope) => Running::resume(scope),
        }
    }
}
