//! A request and steps around whatever a test does.

use trace_runtime::{timed, traced_handler};

/// A request.
#[traced_handler]
pub async fn handler<F: Future>(body: F) -> F::Output {
    body.await
}

/// An async step.
#[timed]
pub async fn load<F: Future>(body: F) -> F::Output {
    body.await
}

/// A sync step.
#[timed]
pub fn parse<R>(body: impl FnOnce() -> R) -> R {
    body()
}
