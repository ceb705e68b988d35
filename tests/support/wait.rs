//! Waiting for a thing, with a deadline.

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
    thread,
    time::{Duration, Instant},
};

/// Longer than anything here takes, on any machine.
pub const LONG: Duration = Duration::from_secs(90);

/// Waits until something is so.
///
/// # Panics
///
/// If it is not so after [`LONG`].
#[track_caller]
pub fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let deadline = Instant::now() + LONG;
    while !is_so() {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        thread::park_timeout(Duration::from_millis(1));
    }
}

/// Awaits a future.
///
/// # Panics
///
/// If it is not done after [`LONG`].
pub async fn in_time<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(LONG, future).await.expect("done in time")
}

/// Polls a future that waits for nothing, outside any runtime.
///
/// # Panics
///
/// If it is not done after one poll.
#[track_caller]
pub fn at_once<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("not done at once"),
    }
}
