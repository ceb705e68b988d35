//! Limits how many bytes of detail are written in a second, so that an outage
//! of the service does not become one of its log.
//!
//! A bucket that holds one second's worth and fills again as time passes, in one
//! number: when it will be full.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::clock::Moment;

const SECOND_NS: u64 = 1_000_000_000;

/// A number of bytes in a second.
#[derive(Debug)]
pub(super) struct Rate {
    bytes_per_second: u64,
    /// When the bucket will be full, in nanoseconds of the steady clock.
    full_at: AtomicU64,
}

impl Rate {
    pub(super) fn new(bytes_per_second: u64) -> Self {
        Self { bytes_per_second, full_at: AtomicU64::new(0) }
    }

    /// Takes so many bytes out of the bucket, if they are there.
    pub(super) fn take(&self, bytes: usize, now: Moment) -> bool {
        let now = now.nanos().unsigned_abs();
        let Some(cost) = self.cost_ns(bytes) else { return false };
        let taken = self.full_at.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |full_at| {
            let then = full_at.max(now) + cost;
            (then - now <= SECOND_NS).then_some(then)
        });
        taken.is_ok()
    }

    /// Returns how long it takes for so many bytes to flow in, unless that is
    /// more than the bucket holds.
    fn cost_ns(&self, bytes: usize) -> Option<u64> {
        let bytes = u64::try_from(bytes).ok().filter(|bytes| *bytes <= self.bytes_per_second)?;
        let nanos = u128::from(bytes) * u128::from(SECOND_NS) / u128::from(self.bytes_per_second);
        u64::try_from(nanos).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: u64) -> Moment {
        Moment::of_nanos(7 * SECOND_NS + millis * 1_000_000)
    }

    #[test]
    fn a_second_is_worth_what_was_set_and_comes_back_as_time_passes() {
        let rate = Rate::new(1_000);
        assert!(rate.take(600, at(0)) && rate.take(400, at(0)));
        assert!(!rate.take(1, at(0)));
        assert!(rate.take(100, at(100)) && !rate.take(1, at(100)));
        assert!(rate.take(1_000, at(5_000)) && !rate.take(1, at(5_000)), "it holds no more");
    }

    #[test]
    fn what_is_more_than_a_second_is_worth_is_never_taken_and_costs_nothing() {
        let rate = Rate::new(1_000);
        assert!(!rate.take(1_001, at(0)) && !rate.take(usize::MAX, at(0)));
        assert!(rate.take(1_000, at(0)));
    }
}
