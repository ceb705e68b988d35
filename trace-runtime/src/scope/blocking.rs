//! Handlers that block: `main` and tests, which `#[tokio::main]` and
//! `#[tokio::test]` have made of async functions.
//!
//! The context is that of the thread while it blocks. So it is also that of the
//! tasks which a current-thread runtime polls there, since the future that the
//! runtime is given cannot be reached from outside.

use std::{
    pin::pin,
    task::{Context, Poll, Waker},
};

use super::{Opening, timed_with};
use crate::outcome::reading::{By, Reading, Returned};

/// Calls `body` as what its callsite says, on a thread that may block.
pub fn block<T>(
    opening: impl Opening,
    body: impl FnOnce() -> T,
    outcome: impl for<'a> Fn(&'a T) -> Returned<'a>,
) -> T {
    block_with(opening, body, By(outcome))
}

/// The same, with a reading of the value.
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
