//! What is carried along: the trace that lines belong to, and the current
//! span of it.
//!
//! A context is a value that can be cloned, sent and entered. Where the
//! current one is kept is `store`'s business; opening and closing requests
//! and steps is `scope`'s.

mod captured;
mod frame;
mod future;
mod spawn;
pub(crate) mod store;
pub(crate) mod totals;
mod trace;

use std::fmt;

pub(crate) use self::future::resumed_after_completion;
pub(crate) use self::{
    captured::{Captured, Unended},
    frame::Frame,
    trace::{Answer, Handler, OpenedBy, Owner, Part, Story, Trace},
};
pub use self::{
    future::{InCurrentTrace, Scoped},
    spawn::{spawn, spawn_blocking},
};
use crate::{
    context::totals::Around,
    field::carried::Carried,
    id::{SpanId, TraceId},
    output::Output,
};

/// What is carried along with a request: its trace, and the current step.
///
/// tokio tasks carry theirs from `.await` to `.await`. Where work leaves the
/// task (a thread, a channel, a spawned task), take the current context along
/// and enter it on the other side.
///
/// # Examples
///
/// ```
/// use trace_runtime::{Context, info, testing::Capture, traced_handler};
///
/// #[traced_handler]
/// async fn handler() {
///     let here = Context::current();
///     std::thread::spawn(move || here.run(|| info!("from a thread"))).join().unwrap();
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let capture = Capture::new();
/// capture.scope(handler()).await;
/// let lines = capture.values();
/// assert_eq!(lines[0]["message"], "from a thread");
/// assert_eq!(lines[0]["trace_id"], lines[1]["trace_id"]);
/// # }
/// ```
#[derive(Clone)]
pub struct Context {
    pub(crate) owner: Owner,
    pub(crate) span: Option<SpanId>,
    /// The callsites of the steps around.
    pub(crate) around: Around,
}

impl Context {
    /// An owner's, outside any request or step of it.
    pub(crate) fn of(owner: Owner) -> Self {
        Self { owner, span: None, around: Around::default() }
    }

    /// Returns the context that is current here.
    #[inline]
    #[must_use]
    pub fn current() -> Self {
        store::current()
    }

    /// Returns a context outside any trace.
    ///
    /// For what outlives the request that started it, such as a worker. Inside
    /// a [`Capture`](crate::testing::Capture) it stays inside.
    #[must_use]
    pub fn none() -> Self {
        Self::of(store::current().owner.without_trace())
    }

    /// Returns the id of the trace, if there is one.
    pub fn trace_id(&self) -> Option<TraceId> {
        self.owner.trace().map(|trace| trace.id.clone())
    }

    /// A context is no step: what is recorded under it goes to the request.
    fn frame(&self) -> Frame {
        Frame { span: self.span, around: self.around.and_crossing(), ..Frame::default() }
    }

    pub(crate) fn is_in_open_trace(&self) -> bool {
        self.owner.trace().is_some_and(Trace::is_open)
    }

    /// Returns where lines go.
    pub(crate) fn output(&self) -> Option<&Output> {
        self.owner.output()
    }

    /// Returns the ids that events have.
    pub(crate) fn ids(&self) -> Option<Ids<'_>> {
        let span = self.span_id()?;
        Some(Ids::of(self.owner.trace(), span, None))
    }

    /// Returns what the trace carries, if it carries anything.
    pub(crate) fn carried(&self) -> Option<&Carried> {
        self.owner.trace()?.carried.if_any()
    }

    /// Returns the id of the request or step that is current, if there is one:
    /// a step has one also outside any trace.
    #[inline]
    pub fn span_id(&self) -> Option<SpanId> {
        self.span.or_else(|| self.owner.trace().map(|trace| trace.root))
    }

    /// Returns a future during which this context is current: while it is
    /// polled, and while it is dropped.
    pub fn scope<F: Future>(self, future: F) -> Scoped<F> {
        Scoped::new(self, future)
    }

    /// Calls `run` with this context current.
    pub fn run<R>(&self, run: impl FnOnce() -> R) -> R {
        store::enter(&self.owner, &mut self.frame(), None, run)
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut context = f.debug_struct("Context");
        context.field("trace_id", &self.trace_id()).field("span_id", &self.span);
        context.finish_non_exhaustive()
    }
}

/// Which trace a line belongs to, if any, and which request or step.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ids<'a> {
    pub(crate) trace: Option<&'a TraceId>,
    pub(crate) span: SpanId,
    /// Events do not say theirs.
    pub(crate) parent: Option<SpanId>,
    /// An id of another origin that came in beside that of the trace: what the
    /// caller searches for.
    pub(crate) request: Option<&'a TraceId>,
}

impl<'a> Ids<'a> {
    /// Says what a line says of its place.
    #[inline]
    pub(crate) fn of(trace: Option<&'a Trace>, span: SpanId, parent: Option<SpanId>) -> Self {
        let request = trace.and_then(|trace| trace.remote.request_id.as_ref());
        Self { trace: trace.map(|trace| &trace.id), span, parent, request }
    }
}

/// Returns the id of the current trace, if there is one.
///
/// # Examples
///
/// ```
/// use trace_runtime::{trace_id, traced_handler};
///
/// #[traced_handler(trace_id = "req-7")]
/// async fn handler() -> String {
///     trace_id().expect("a handler has one").to_string()
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// assert_eq!(handler().await, "req-7");
/// assert!(trace_id().is_none());
/// # }
/// ```
pub fn trace_id() -> Option<TraceId> {
    Context::current().trace_id()
}
