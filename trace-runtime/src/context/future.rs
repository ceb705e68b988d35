//! Futures that run in a context.

use std::{
    fmt,
    pin::Pin,
    task::{self, Poll},
};

use pin_project_lite::pin_project;

use super::handle::Context;

pin_project! {
    /// A future during which a context is current; see [`Context::scope`].
    ///
    /// # Examples
    ///
    /// What is dropped with the future still belongs to the trace:
    ///
    /// ```
    /// use trace_runtime::{Context, info, testing::Capture, traced_handler};
    ///
    /// struct Connection;
    ///
    /// impl Drop for Connection {
    ///     fn drop(&mut self) {
    ///         info!("closed");
    ///     }
    /// }
    ///
    /// #[traced_handler(trace_id = "req-7")]
    /// async fn handler() {
    ///     let connection = Connection;
    ///     let task = Context::current().scope(async move {
    ///         let _connection = connection;
    ///         std::future::pending::<()>().await
    ///     });
    ///     std::thread::spawn(move || drop(task)).join().unwrap();
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let capture = Capture::new();
    /// capture.scope(handler()).await;
    /// let line = &capture.values()[0];
    /// assert_eq!((&line["message"], &line["trace_id"]), (&"closed".into(), &"req-7".into()));
    /// # }
    /// ```
    #[must_use = "futures do nothing unless polled or awaited"]
    pub struct Scoped<F> {
        // Set to `None` before the other field is dropped, so that the future
        // is dropped inside the context, too.
        #[pin]
        future: Option<F>,
        context: Context,
    }

    impl<F> PinnedDrop for Scoped<F> {
        fn drop(this: Pin<&mut Self>) {
            let mut this = this.project();
            this.context.run(|| this.future.set(None));
        }
    }
}

impl<F> Scoped<F> {
    pub(super) fn new(context: Context, future: F) -> Self {
        Self { future: Some(future), context }
    }
}

impl<F: Future> Future for Scoped<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<F::Output> {
        let mut this = self.project();
        this.context.run(|| {
            let future = this.future.as_mut().as_pin_mut();
            let polled = future.map_or_else(|| resumed_after_completion(), |it| it.poll(cx));
            if polled.is_ready() {
                this.future.set(None);
            }
            polled
        })
    }
}

impl Context {
    /// Returns a future during which this context is current, while it is
    /// polled and while it is dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Context, trace_id, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn handler() {
    ///     let here = Context::current();
    ///     let task = tokio::spawn(here.scope(async { trace_id() }));
    ///     assert_eq!(task.await.unwrap(), trace_id());
    /// }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # handler().await;
    /// # }
    /// ```
    pub fn scope<F: Future>(self, future: F) -> Scoped<F> {
        Scoped::new(self, future)
    }
}

/// Panics as an `async fn` does when it is polled again after its end.
#[track_caller]
#[expect(clippy::panic, reason = "the caller's mistake, handled as std does")]
pub(crate) fn resumed_after_completion() -> ! {
    panic!("`async fn` resumed after completion")
}

impl<F> fmt::Debug for Scoped<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Scoped").field("context", &self.context).finish_non_exhaustive()
    }
}

/// Adds [`in_current_trace`](Self::in_current_trace) to all futures.
///
/// # Examples
///
/// The steps of a task that is spawned like this belong to the request:
///
/// ```
/// use trace_runtime::{InCurrentTrace as _, testing::Capture, timed, traced_handler};
///
/// #[timed]
/// async fn load() {}
///
/// #[traced_handler]
/// async fn handler() {
///     tokio::spawn(load().in_current_trace()).await.unwrap();
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let capture = Capture::new();
/// capture.scope(handler()).await;
/// assert_eq!(capture.tree(), "handler ok\n  load ok\n");
/// # }
/// ```
pub trait InCurrentTrace: Future + Sized {
    /// Keeps the current context for this future, wherever it is polled. Use it
    /// for any function that takes a future and polls it elsewhere.
    ///
    /// # Examples
    ///
    /// ```
    /// use tokio::task::JoinSet;
    /// use trace_runtime::{InCurrentTrace as _, trace_id, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn handler() {
    ///     let mut tasks = JoinSet::new();
    ///     tasks.spawn(async { trace_id() }.in_current_trace());
    ///     assert_eq!(tasks.join_next().await.unwrap().unwrap(), trace_id());
    /// }
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// # handler().await;
    /// # }
    /// ```
    fn in_current_trace(self) -> Scoped<Self> {
        Context::current().scope(self)
    }
}

impl<F: Future> InCurrentTrace for F {}
