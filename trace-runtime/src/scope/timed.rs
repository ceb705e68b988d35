//! Async requests and steps: a future around the body's.
//!
//! It opens at the first poll and keeps its own context, so that it tells the
//! truth wherever it is polled or dropped. It closes exactly once: with the
//! value, when a panic leaves a poll, or when it is dropped before its end.

use std::{
    fmt,
    pin::Pin,
    task::{self, Poll},
};

use pin_project_lite::pin_project;

use super::{End, Opening, Polls, Scope, may_be_worth_timing};
use crate::{
    Context, Limits,
    callsite::{Callsite, Kind},
    clock::Moment,
    context::{Held, Owner, Trace, resumed_after_completion, store},
    fields::Fields,
    inherited::Inherited,
    outcome::{By, Ending, Failure, Outcome, Reading},
    panic,
};
#[cfg(feature = "stream")]
use crate::{Value, fields::Encoded};

/// Times a future as what its callsite says: a request, or a step.
pub fn timed<F, P, O>(opening: P, future: F, outcome: O) -> Timed<F, P, By<O>>
where
    F: Future,
    P: Opening,
    O: for<'a> Fn(&'a F::Output) -> Outcome<'a>,
{
    timed_with(opening, future, By(outcome))
}

/// The same, with a reading of the future's value.
pub fn timed_with<F, P, R>(opening: P, future: F, reading: R) -> Timed<F, P, R>
where
    F: Future,
    P: Opening,
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
            if let State::Begun(scope @ Some(_)) = this.state {
                cancel(scope, &mut || this.future.set(None));
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
        let mut body = Polled { future: this.future, reading: this.reading, value: Poll::Pending };
        match this.state.begin() {
            None => body.poll(cx),
            scope => poll(scope, &mut body, cx),
        }
        body.value
    }
}

/// A body as its scope sees it, whatever it is.
///
/// What is generic is compiled for each annotated function, so it is kept to
/// this: a scope is run around it by code that there is once.
trait Body {
    /// Polls it, and drops it at its end.
    fn poll(&mut self, cx: &mut task::Context<'_>);

    /// Returns what its value says, if it has ended.
    fn outcome(&self) -> Option<Outcome<'_>>;
}

/// A future, and what it gave when it was polled.
struct Polled<'a, F: Future, R> {
    future: Pin<&'a mut Option<F>>,
    reading: &'a R,
    value: Poll<F::Output>,
}

impl<F: Future, R: Reading<F::Output>> Body for Polled<'_, F, R> {
    fn poll(&mut self, cx: &mut task::Context<'_>) {
        let Some(future) = self.future.as_mut().as_pin_mut() else { resumed_after_completion() };
        self.value = future.poll(cx);
        if self.value.is_ready() {
            self.future.set(None);
        }
    }

    fn outcome(&self) -> Option<Outcome<'_>> {
        match &self.value {
            Poll::Ready(value) => Some(self.reading.read(value)),
            Poll::Pending => None,
        }
    }
}

/// Polls a body inside of its scope, if that is open.
fn poll(scope: &mut Option<Scope>, body: &mut dyn Body, cx: &mut task::Context<'_>) {
    let Some(mut running) = Running::resume(scope) else { return body.poll(cx) };
    running.enter(|| body.poll(cx));
    match body.outcome() {
        None => running.pause(),
        Some(outcome) => running.finished(&outcome),
    }
}

/// Drops a body inside of its scope, if that is open.
fn cancel(scope: &mut Option<Scope>, drop: &mut dyn FnMut()) {
    if let Some(mut running) = Running::resume(scope) {
        running.enter(drop);
        running.cancelled();
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
    Begun(Option<Scope>),
}

impl<P: Opening> State<P> {
    /// Opens what waits for its first poll. Returns the scope, if there is one.
    #[inline]
    pub(super) fn begin(&mut self) -> &mut Option<Scope> {
        if let Self::Waiting(opening) = self {
            let callsite = opening.callsite();
            if may_be_worth_timing(callsite) {
                let (fields, inherited) = (opening.take_fields(), opening.take_inherited());
                *self = Self::Begun(None);
                let Self::Begun(scope) = self else { unreachable!("it has just been set") };
                open(scope, callsite, fields, inherited);
            } else {
                *self = Self::Begun(None);
            }
        }
        match self {
            Self::Begun(scope) => scope,
            Self::Waiting(_) => unreachable!("it has just been begun"),
        }
    }
}

impl<P> State<P> {
    /// Returns the scope, to be run, if it is open.
    #[cfg(feature = "stream")]
    pub(super) fn resume(&mut self) -> Option<Running<'_>> {
        match self {
            Self::Waiting(_) => None,
            Self::Begun(scope) => Running::resume(scope),
        }
    }
}

/// Opens what an async function asks for: a request, its part in one that an
/// edge holds, or a step.
pub(crate) fn open(
    to: &mut Option<Scope>,
    callsite: &'static Callsite,
    fields: Fields,
    inherited: Option<Inherited>,
) {
    if callsite.facts.kind == Kind::Request {
        open_request(to, callsite, fields, inherited);
    } else {
        Scope::step(to, callsite, fields, Context::current());
    }
}

fn open_request(
    to: &mut Option<Scope>,
    callsite: &'static Callsite,
    mut fields: Fields,
    inherited: Option<Inherited>,
) {
    let here = Context::current();
    match here.owner.trace().filter(|trace| trace.is_open()) {
        None => {
            let trace = Trace::new(inherited.unwrap_or_default(), Held::ByHandler, fields);
            Scope::request(to, callsite, Owner::of_trace(trace, &here.owner), None);
        }
        Some(trace) if trace.join(callsite, &mut fields, &limits(&here)) => {
            Scope::joined(to, callsite, here);
        }
        Some(_) => Scope::step(to, callsite, fields, here),
    }
}

fn limits(here: &Context) -> Limits {
    here.output().map(|output| output.style.limits).unwrap_or_default()
}

impl Scope {
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
    scope: &'a mut Option<Scope>,
    since: Moment,
}

impl<'a> Running<'a> {
    pub(crate) fn resume(scope: &'a mut Option<Scope>) -> Option<Self> {
        let it = scope.as_ref()?;
        panic::forget();
        // The first poll began when the scope did: one clock reading for both.
        let is_first = it.polls == Polls::None;
        let since = if is_first { it.start } else { Moment::now() };
        Some(Self { scope, since })
    }

    pub(crate) fn enter<R>(&mut self, run: impl FnOnce() -> R) -> R {
        match self.scope {
            Some(scope) => store::enter(&scope.owner, &mut scope.frame, run),
            None => run(),
        }
    }

    pub(crate) fn pause(self) {
        if let Some(scope) = &mut *self.scope {
            scope.busy_ns += Moment::now().nanos_since(self.since);
            scope.polls = scope.polls.next();
        }
        std::mem::forget(self);
    }

    pub(super) fn finished(mut self, outcome: &Outcome<'_>) {
        self.close_at(&mut End::of(outcome));
    }

    pub(super) fn cancelled(mut self) {
        self.close(Ending::Cancelled, None);
    }

    /// Adds a field to a step.
    #[cfg(feature = "stream")]
    pub(super) fn set(&mut self, key: &str, value: Value<'_>) {
        let limits = Limits::new();
        let field = Encoded::new(key.as_bytes(), value, &limits);
        if let Some(scope) = &mut *self.scope {
            scope.frame.fields.set(&field, &limits);
        }
    }

    /// Closes the scope, unless that has been done.
    pub(crate) fn close(&mut self, ending: Ending, failure: Option<&Failure<'_>>) {
        if self.scope.is_some() {
            self.close_at(&mut End::now(ending, failure));
        }
    }

    fn close_at(&mut self, end: &mut End<'_>) {
        // In its place: to take it out first costs 5 ns.
        if let Some(scope) = self.scope {
            end.busy_ns = scope.busy_ns(end, self.since);
            scope.close(end);
        }
        *self.scope = None;
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        self.close(Ending::Panicked, None);
    }
}
