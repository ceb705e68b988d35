//! Requests while many others wait.

use std::task::{Context, Waker};

use super::{Run, Workload};
use crate::contestants::{Contestant, Held};

const fn one(open: u32) -> Workload {
    let run = Run::Here(|who, _, count| who.requests(count));
    Workload {
        family: "open",
        parameter: Some(open),
        calls: 25,
        lines: (6, 0),
        open: open as usize,
        run,
    }
}

pub(super) const ALL: &[Workload] = &[one(1), one(100), one(10_000), one(100_000)];

/// Returns a request that has begun and waits.
pub(crate) fn held(contestant: &dyn Contestant) -> Held {
    let mut held = contestant.held();
    let polled = held.as_mut().poll(&mut Context::from_waker(Waker::noop()));
    assert!(polled.is_pending(), "it waits");
    held
}
