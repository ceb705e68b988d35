//! What time it is: a steady clock for durations, a wall clock for
//! timestamps.
//!
//! Durations are nanoseconds in 64 bits (584 years); the wall clock is
//! microseconds since 1970-01-01 UTC, and may be stepped.

#[cfg(feature = "tsc")]
mod counter;
mod moment;
mod timestamp;

use std::time::Duration;

pub(crate) use self::{
    moment::{Moment, prepare},
    timestamp::Timestamp,
};

/// Returns the nanoseconds of a duration, without the detour over 128 bits
/// that `as_nanos` takes.
pub(crate) fn nanos(duration: Duration) -> u64 {
    duration
        .as_secs()
        .saturating_mul(1_000_000_000)
        .saturating_add(u64::from(duration.subsec_nanos()))
}
