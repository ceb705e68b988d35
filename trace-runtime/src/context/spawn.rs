//! Spawning without losing the trace.

use tokio::task::{self, JoinHandle};

use super::{future::InCurrentTrace as _, handle::Context};

/// Spawns a task that belongs to the current trace.
///
/// It may outlive its request: its lines carry the id all the same, and the
/// request line does not wait for it.
///
/// # Panics
///
/// Outside a tokio runtime, as [`tokio::spawn`] does.
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

/// Runs blocking code on a thread for it, as part of the current trace.
///
/// # Panics
///
/// Outside a tokio runtime, as [`tokio::task::spawn_blocking`] does.
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
