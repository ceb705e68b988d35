//! Entering a context, and asking for the current one.

use super::{frame::Frame, handle::Context, store};
use crate::id::TraceId;

impl Context {
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

    /// Calls `run` with this context current.
    pub fn run<R>(&self, run: impl FnOnce() -> R) -> R {
        store::enter(&self.owner, &mut self.frame(), None, run)
    }

    /// A context is no step: what is recorded under it goes to the request.
    fn frame(&self) -> Frame {
        Frame { span: self.span, around: self.around.and_crossing(), ..Frame::default() }
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
