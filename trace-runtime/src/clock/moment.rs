//! Moments of the steady clock, which cannot be set.
//!
//! A moment is the reading of `std::time::Instant` as one number. It takes half
//! the space in a future, and comparing or subtracting it takes an instruction
//! or two. With the feature `tsc` it is read from the processor's own counter
//! ("processor counter" in `speed-notes.md`).

use std::{sync::LazyLock, time::Instant};

use super::nanos;

/// The moment from which `Instant`s are counted.
static FIRST: LazyLock<Instant> = LazyLock::new(Instant::now);

/// A moment of the steady clock, in nanoseconds since a fixed moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Moment(pub(super) u64);

impl Moment {
    /// Reads the steady clock.
    #[inline]
    pub(crate) fn now() -> Self {
        Self(read())
    }

    /// Returns the nanoseconds since the fixed moment, as a number to add up.
    #[inline]
    #[expect(clippy::cast_possible_wrap, reason = "after 292 years")]
    pub(crate) fn nanos(self) -> i64 {
        self.0 as i64
    }

    /// Returns the nanoseconds since the fixed moment, to be kept.
    #[inline]
    pub(crate) fn as_nanos(self) -> u64 {
        self.0
    }

    /// Returns the moment `nanos` nanoseconds after the fixed one.
    #[inline]
    pub(crate) fn of_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// Returns the moment `nanos` nanoseconds before this one.
    pub(crate) fn earlier_by(self, nanos: u64) -> Self {
        Self(self.0.saturating_sub(nanos))
    }

    /// Returns the moment `nanos` nanoseconds after this one.
    pub(crate) fn later_by(self, nanos: u64) -> Self {
        Self(self.0.saturating_add(nanos))
    }

    /// Returns the nanoseconds from `earlier` to this moment, or zero if
    /// `earlier` is later.
    #[inline]
    pub(crate) fn nanos_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// Prepares the clock. This usually takes a millisecond, at most 200.
pub(crate) fn prepare() {
    let _ = Moment::now();
}

#[inline]
fn read() -> u64 {
    #[cfg(feature = "tsc")]
    if let Some(nanos) = super::counter::nanos() {
        return nanos;
    }
    nanos(FIRST.elapsed())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_not_before_itself() {
        let first = Moment::now();
        let second = Moment::now();
        assert_eq!(first.nanos_since(second.max(first)), 0);
        assert!(second.nanos_since(first) < u64::MAX);
    }

    #[test]
    fn moments_pass_as_fast_as_instants() {
        let (start, instant) = (Moment::now(), Instant::now());
        while instant.elapsed().as_millis() < 20 {}
        let (inner, outer) = (nanos(instant.elapsed()), Moment::now().nanos_since(start));
        // The counter may be off by a few millionths.
        assert!(outer + inner / 1_000 >= inner, "{outer} {inner}");
        assert!(outer < 2 * nanos(instant.elapsed()), "{outer} {inner}");
    }
}
