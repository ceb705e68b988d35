//! Reads two clocks: a steady one for durations, and the wall clock for
//! timestamps.
//!
//! Durations are nanoseconds in 64 bits (584 years). Timestamps are
//! microseconds since 1970-01-01 UTC; the wall clock may be set forward or
//! back.

#[cfg(feature = "tsc")]
mod counter;
mod moment;
mod timestamp;

use std::time::Duration;

pub(crate) use self::{
    moment::{Moment, prepare},
    timestamp::Timestamp,
};

/// Returns the nanoseconds of a duration, without the 128-bit arithmetic of
/// `as_nanos`.
pub(crate) fn nanos(duration: Duration) -> u64 {
    duration
        .as_secs()
        .saturating_mul(1_000_000_000)
        .saturating_add(u64::from(duration.subsec_nanos()))
}
