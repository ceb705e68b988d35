//! `step!`: blocks, futures and streams as steps.

mod blocks;
mod forms;
mod futures;
mod grammar;
mod streams;

use trace_runtime::traced_handler;

#[traced_handler(trace_id = "request-1")]
async fn handler<F: Future>(body: F) -> F::Output {
    body.await
}
