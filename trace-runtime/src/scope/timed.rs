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
    open::{Worth, open, open_step},
    running::{Clear, Polled, cancel, poll},
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
pub fn timed<F, P, O>(opening: P, future: F, outcome: O) -> Timed<F, P, By<O>>
where
    F: Future,
    P: Opening,
    O: for<'a> Fn(&'a F::Output) -> Returned<'a>,
{
    timed_with(opening, By(outcome), future)
}

/// The same as [`timed`], with a reading of the future's value. The future comes
/// last: what is called while it is there has to drop it if it unwinds, which
/// rustc would write out for each function.
pub fn timed_with<F, P, R>(opening: P, reading: R, future: F) -> Timed<F, P, R>
where
    F: Future,
    P: Opening,
    R: Reading<F::Output>,
{
    Timed { future: Some(future), state: State::Waiting(opening), reading }
}

/// The same as [`timed_with`], for a step whose value has a type that may be
/// inferred later.
pub fn timed_by<F, P, R, M>(
    opening: P,
    future: F,
    reading: impl FnOnce(Ended<F::Output, M>) -> R,
) -> Timed<F, P, R>
where
    F: Future,
    P: Opening,
    R: Reading<F::Output>,
{
    timed_with(opening, reading(ended()), future)
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
            let this = this.project();
            this.state.cancel(this.future);
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
        poll_slot(this.state, this.future, this.reading, cx)
    }
}

/// The place of a future, which is emptied when the future ends. What is
/// generic in the future is compiled for each annotated function, so it is no
/// more than this.
trait Slot<T>: Clear {
    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<T>;
}

impl<F: Future> Slot<F::Output> for Option<F> {
    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<F::Output> {
        match self.as_pin_mut() {
            Some(future) => future.poll(cx),
            None => resumed_after_completion(),
        }
    }
}

impl<F> Clear for Option<F> {
    fn clear(mut self: Pin<&mut Self>) {
        self.set(None);
    }
}

/// Polls a future. Compiled for each type of a value, not for each future.
fn poll_slot<T, P: Opening, R: Reading<T>>(
    state: &mut State<P>,
    slot: Pin<&mut dyn Slot<T>>,
    reading: &R,
    cx: &mut task::Context<'_>,
) -> Poll<T> {
    let mut body = Polling { slot, reading, value: Poll::Pending };
    match state.begin() {
        State::Waiting(_) | State::Begun(None) => body.poll(cx),
        State::Begun(scope) => poll(scope, &mut body, cx),
        State::Watched(step) => watched::poll(step, &mut body, cx),
    }
    body.value
}

/// A future, and the result of its latest poll.
struct Polling<'a, T, R> {
    slot: Pin<&'a mut (dyn Slot<T> + 'a)>,
    reading: &'a R,
    value: Poll<T>,
}

impl<T, R: Reading<T>> Polled for Polling<'_, T, R> {
    fn poll(&mut self, cx: &mut task::Context<'_>) {
        self.value = self.slot.as_mut().poll(cx);
        if self.value.is_ready() {
            self.slot.as_mut().clear();
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
                if callsite.facts.kind.is_outermost() {
                    open(scope, callsite, fields, inherited, &carried);
                } else {
                    open_step(scope, callsite, fields);
                }
            }
        }
    }
}

impl<P> State<P> {
    /// Drops a future inside its scope, if that is open.
    fn cancel(&mut self, future: Pin<&mut dyn Clear>) {
        match self {
            Self::Begun(None) | Self::Waiting(_) => {}
            Self::Begun(scope) => cancel(scope, future),
            Self::Watched(step) => watched::cancel(step, future),
        }
    }

    /// Returns the scope for running it, if it is open.
    #[cfg(feature = "stream")]
    pub(super) fn resume(&mut self) -> Option<Running<'_>> {
        match self {
            Self::Waiting(_) | Self::Watched(_) => None,
            Self::Begun(scope) => Running::resume(scope),
        }
    }
}
