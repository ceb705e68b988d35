//! What everybody logs, so that the lines of all say the same.

use std::{
    future::{Ready, ready},
    hint::black_box,
    pin::pin,
    task::{Context, Poll, Waker},
};

/// Returns who asks: a field of every line.
pub(crate) fn user_id() -> u64 {
    black_box(42)
}

/// Returns what is asked for: a field of every event, known only when it is
/// logged, and so to be searched for what JSON must escape.
pub(crate) fn path() -> &'static str {
    black_box("/users/42/messages")
}

/// What a step does: nothing, and at once.
pub(crate) fn work(user_id: u64) -> Ready<u64> {
    ready(black_box(user_id))
}

/// Runs a future that waits for nothing.
pub(crate) fn at_once<F: Future>(future: F) -> F::Output {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it waits"),
    }
}
