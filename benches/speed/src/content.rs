//! What everybody logs, so that the lines of all say the same.

use std::hint::black_box;

/// Returns who asks: a field of every line.
pub(crate) fn user_id() -> u64 {
    black_box(42)
}

/// Returns what is asked for: a field of every event, known only when it is
/// logged, and so to be searched for what JSON must escape.
pub(crate) fn path() -> &'static str {
    black_box("/users/42/messages")
}

/// Returns random bits for the ids of those that make none themselves.
///
/// From a generator that was seeded once: what fastrace and we do, too.
pub(crate) fn random() -> u64 {
    fastrand::u64(..)
}

/// Runs a future that waits for nothing.
pub(crate) fn at_once<F: Future>(future: F) -> F::Output {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match future.as_mut().poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("it waits"),
    }
}
