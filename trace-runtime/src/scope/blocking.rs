//! Handlers that block: `main` functions and tests that `#[tokio::main]` and
//! `#[tokio::test]` have made from async functions.
//!
//! The thread has the context while it blocks. So do the tasks that a
//! current-thread runtime polls on it, because the future that is passed to the
//! runtime cannot be reached from outside.

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};

use super::{Opening, timed_with};
use crate::outcome::reading::{By, Reading, Returned};

/// Calls `body` as the request or job of its callsite, on a thread that may
/// block.
pub fn block<T>(
    opening: impl Opening,
    body: impl FnOnce() -> T,
    outcome: impl for<'a> Fn(&'a T) -> Returned<'a>,
) -> T {
    block_with(opening, body, By(outcome))
}

/// The same as [`block`], with a reading of the value.
pub fn block_with<T>(
    opening: impl Opening,
    body: impl FnOnce() -> T,
    reading: impl Reading<T>,
) -> T {
    let handler = pin!(timed_with(opening, async { body() }, reading));
    match handler.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("it waits for nothing"),
    }
}
