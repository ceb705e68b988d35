//! Spawns tasks and threads that stay in the trace.

use tokio::task::{self, JoinHandle};

use super::{future::InCurrentTrace as _, handle::Context};

/// Spawns a task that belongs to the current trace.
///
/// The task may outlive its request. Its lines still have the trace's id, and
/// the request line does not wait for the task.
///
/// # Panics
///
/// Panics outside a tokio runtime, as [`tokio::spawn`] does.
///
/// # Examples
///
/// ```
/// use trace_runtime::{spawn, trace_id, traced_handler};
///
/// #[traced_handler]
/// async fn handler() {
///     assert_eq!(spawn(async { trace_id() }).await.unwrap(), trace_id());
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// # handler().await;
/// # }
/// ```
#[track_caller]
pub fn spawn<F>(future: F) -> JoinHandle<F::Output>
where
    F: Future + Send + 'static,
    F::Output: Send + 'static,
{
    task::spawn(future.in_current_trace())
}

/// Runs blocking code on a separate thread, as part of the current trace.
///
/// # Panics
///
/// Panics outside a tokio runtime, as [`tokio::task::spawn_blocking`] does.
///
/// # Examples
///
/// ```
/// use trace_runtime::{spawn_blocking, trace_id, traced_handler};
///
/// #[traced_handler]
/// async fn handler() {
///     assert_eq!(spawn_blocking(trace_id).await.unwrap(), trace_id());
/// }
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// # handler().await;
/// # }
/// ```
#[track_caller]
pub fn spawn_blocking<F, R>(run: F) -> JoinHandle<R>
where
    F: FnOnce() -> R + Send + 'static,
    R: Send + 'static,
{
    let here = Context::current();
    task::spawn_blocking(move || here.run(run))
}
