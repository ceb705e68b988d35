//! Entering a context, and reading the current one.

use super::{frame::Frame, handle::Context, store};
use crate::id::TraceId;

impl Context {
    /// Returns the current context.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::Context;
    ///
    /// assert!(Context::current().trace_id().is_none());
    /// ```
    #[inline]
    #[must_use]
    pub fn current() -> Self {
        store::current()
    }

    /// Returns a context outside any trace.
    ///
    /// Use it for work that outlives the request that started it, such as a
    /// background worker. Inside a [`Capture`](crate::testing::Capture), its
    /// lines still go to that capture.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Context, testing::Capture, trace_id, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn handler() {
    ///     assert!(trace_id().is_some());
    ///     Context::none().run(|| assert!(trace_id().is_none()));
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// Capture::new().scope(handler()).await;
    /// # }
    /// ```
    #[must_use]
    pub fn none() -> Self {
        Self::of(store::current().owner.without_trace())
    }

    /// Makes this context current while `run` is called.
    ///
    /// # Examples
    ///
    /// A thread that works for many requests enters the one that each job is
    /// from:
    ///
    /// ```
    /// use std::{sync::mpsc, thread};
    /// use trace_runtime::{Context, info, testing::Capture, traced_handler};
    ///
    /// #[traced_handler(trace_id = id)]
    /// async fn upload(id: &str, jobs: mpsc::Sender<(Context, u32)>) {
    ///     jobs.send((Context::current(), 640)).unwrap();
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let capture = Capture::with_filter("info");
    /// let (sender, jobs) = mpsc::channel();
    /// for id in ["req-7", "req-8"] {
    ///     capture.scope(upload(id, sender.clone())).await;
    /// }
    /// drop(sender);
    /// let work = move || jobs.iter().for_each(|(of, width)| of.run(|| info!(width, "resized")));
    /// thread::spawn(work).join().unwrap();
    /// let lines = capture.values(); // first those of the two requests
    /// assert_eq!((&lines[2]["width"], &lines[2]["trace_id"]), (&640.into(), &"req-7".into()));
    /// assert_eq!((&lines[3]["width"], &lines[3]["trace_id"]), (&640.into(), &"req-8".into()));
    /// # }
    /// ```
    pub fn run<R>(&self, run: impl FnOnce() -> R) -> R {
        store::enter(&self.owner, &mut self.frame(), None, run)
    }

    /// A context is not a step: fields recorded in it go to the request.
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
