//! What time it is: a steady clock for durations, a wall clock for
//! timestamps.
//!
//! Durations are nanoseconds in 64 bits (584 years); the wall clock is
//! seconds and microseconds since 1970-01-01 UTC, and may be stepped.

use std::time::{Duration, Instant, SystemTime};

/// A moment of the steady clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(Instant);

impl Moment {
    /// Reads the steady clock.
    pub(crate) fn now() -> Self {
        Self(Instant::now())
    }

    /// Returns the moment that many nanoseconds before.
    pub(crate) fn earlier_by(self, nanos: u64) -> Self {
        Self(self.0.checked_sub(Duration::from_nanos(nanos)).unwrap_or(self.0))
    }

    /// Returns the nanoseconds from `earlier` until this moment; zero if it
    /// is not earlier.
    pub(crate) fn nanos_since(self, earlier: Self) -> u64 {
        nanos(self.0.saturating_duration_since(earlier.0))
    }
}

/// A moment of the wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Timestamp {
    pub(crate) seconds: i64,
    pub(crate) micros: u32,
}

impl Timestamp {
    /// Reads the wall clock.
    pub(crate) fn now() -> Self {
        SystemTime::now().into()
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(since) => Self::at(whole_seconds(since), since.subsec_micros()),
            Err(before) => Self::before(before.duration()),
        }
    }
}

impl Timestamp {
    fn at(seconds: i64, micros: u32) -> Self {
        Self { seconds, micros }
    }

    /// The fraction counts forward from the second before.
    fn before(distance: Duration) -> Self {
        let seconds = -whole_seconds(distance);
        match distance.subsec_micros() {
            0 => Self::at(seconds, 0),
            micros => Self::at(seconds.saturating_sub(1), 1_000_000 - micros),
        }
    }
}

fn whole_seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

/// Returns the nanoseconds of a duration, without the detour over 128 bits
/// that `as_nanos` takes.
pub(crate) fn nanos(duration: Duration) -> u64 {
    duration
        .as_secs()
        .saturating_mul(1_000_000_000)
        .saturating_add(u64::from(duration.subsec_nanos()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_before_1970_count_forward_within_their_second() {
        let at = |nanos| Timestamp::from(SystemTime::UNIX_EPOCH - Duration::from_nanos(nanos));
        assert_eq!(at(0), Timestamp { seconds: 0, micros: 0 });
        assert_eq!(at(1_000), Timestamp { seconds: -1, micros: 999_999 });
        assert_eq!(at(1_000_000_000), Timestamp { seconds: -1, micros: 0 });
        assert_eq!(at(1_250_000_000), Timestamp { seconds: -2, micros: 750_000 });
    }

    #[test]
    fn a_moment_is_not_before_itself() {
        let first = Moment::now();
        let second = Moment::now();
        assert_eq!(first.nanos_since(second.max(first)), 0);
        assert!(second.nanos_since(first) < u64::MAX);
    }
}
