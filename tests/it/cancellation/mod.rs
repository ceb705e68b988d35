//! A request or step that is dropped before its end: one line, `cancelled`,
//! with its own id, wherever that happens.

mod dropped;
mod levels;
mod many;
mod races;

use std::{
    future::pending,
    task::{Context as Cx, Waker},
};

use futures::{FutureExt as _, future::BoxFuture};
use tokio::runtime::{Builder, Runtime};
use trace_runtime::{info, testing::Capture, timed, traced_handler};

fn multi_thread() -> Runtime {
    Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

#[traced_handler(trace_id = "outer")]
async fn outer<F: Future>(body: F) -> F::Output {
    body.await
}

#[traced_handler(trace_id = "inner")]
async fn inner() {
    step().await;
}

#[timed]
async fn step() {
    let _last = OnDrop(|| info!("on the way out"));
    pending::<()>().await;
}

struct OnDrop<F: FnMut()>(F);

impl<F: FnMut()> Drop for OnDrop<F> {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Polls a request once, so that it has begun and waits.
fn begun(capture: &Capture) -> BoxFuture<'static, ()> {
    let mut request = capture.scope(inner()).boxed();
    assert!(request.poll_unpin(&mut Cx::from_waker(Waker::noop())).is_pending());
    request
}
