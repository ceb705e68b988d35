//! What opens a request, what is a step of one, and which line belongs where.

mod busy;
mod crossings;
mod filtered;
mod outside;
mod parents;
mod requests;

use trace_runtime::{timed, trace_id, traced_handler};

#[traced_handler(trace_id = "request-1")]
async fn handler<F: Future>(body: F) -> F::Output {
    body.await
}

#[timed]
async fn step<F: Future>(body: F) -> F::Output {
    body.await
}

#[timed]
fn sync_step<R>(body: impl FnOnce() -> R) -> R {
    body()
}

fn id_here() -> Option<String> {
    trace_id().map(|id| id.to_string())
}
