//! Timestamps: the time of the wall clock at a moment.
//!
//! Each line reads only the steady clock. Every thread keeps an anchor: a
//! reading of both clocks, from which the wall time follows by addition. That
//! saves a second reading for each line ("anchored wall clock" in
//! `speed-notes.md`). An anchor is valid for 50 ms, so a change of the
//! wall clock is seen within that time.

use std::{
    cell::Cell,
    time::{Duration, SystemTime},
};

use super::Moment;

/// A time of the wall clock, in microseconds since 1970-01-01 UTC, up to
/// 290,000 years before or after.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Timestamp(i64);

impl Timestamp {
    /// Returns the current time of the wall clock.
    #[inline]
    pub(crate) fn now() -> Self {
        Self::of(Moment::now())
    }

    /// Returns the time of the wall clock at a moment that has just passed.
    #[inline]
    pub(crate) fn of(moment: Moment) -> Self {
        ANCHOR.get().read(moment).unwrap_or_else(|| renewed(moment))
    }

    #[cfg(test)]
    pub(crate) const fn at(seconds: i64, micros: i64) -> Self {
        Self(seconds * SECOND + micros)
    }

    /// Returns the whole seconds, and the microseconds since the last full
    /// second.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "below a million")]
    #[expect(clippy::cast_possible_wrap, reason = "far from 64 bits")]
    pub(crate) fn split(self) -> (i64, u32) {
        match u64::try_from(self.0) {
            Ok(micros) => {
                let second = SECOND.unsigned_abs();
                ((micros / second) as i64, (micros % second) as u32)
            }
            // A time before 1970.
            Err(_) => (self.0.div_euclid(SECOND), self.0.rem_euclid(SECOND) as u32),
        }
    }

    /// Returns the nanoseconds since 1970, or zero for a time before.
    pub(crate) fn unix_ns(self) -> u64 {
        u64::try_from(self.0).unwrap_or_default().saturating_mul(1_000)
    }
}

/// Both clocks at one moment. From it follow times that agree with durations to
/// the nanosecond, even if the wall clock is set in the meantime.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clocks {
    moment: Moment,
    unix_ns: u64,
}

impl Clocks {
    /// Reads both clocks.
    pub(crate) fn now() -> Self {
        Self::at(Moment::now())
    }

    /// Returns both clocks at a moment that has just passed.
    pub(crate) fn at(moment: Moment) -> Self {
        Self { moment, unix_ns: Timestamp::of(moment).unix_ns() }
    }

    /// Returns the time at which they were read, in nanoseconds since 1970.
    pub(crate) fn start_unix_ns(&self) -> u64 {
        self.unix_ns
    }

    /// Returns the time at any moment, in nanoseconds since 1970.
    pub(crate) fn unix_ns(&self, moment: Moment) -> u64 {
        let later = moment.nanos_since(self.moment);
        let earlier = self.moment.nanos_since(moment);
        self.unix_ns.saturating_add(later).saturating_sub(earlier)
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        let micros = |distance: Duration| i64::try_from(distance.as_micros()).unwrap_or(i64::MAX);
        Self(match time.duration_since(SystemTime::UNIX_EPOCH) {
            Ok(since) => micros(since),
            Err(before) => -micros(before.duration()),
        })
    }
}

/// Microseconds in a second.
const SECOND: i64 = 1_000_000;

/// How long an anchor is valid, in nanoseconds.
const HOLDS: u64 = 50_000_000;

thread_local! {
    static ANCHOR: Cell<Anchor> = const { Cell::new(NONE) };
}

/// An anchor that is valid for no moment.
const NONE: Anchor = Anchor { moment: Moment(u64::MAX), wall: Timestamp(0) };

/// The time of the wall clock at a moment.
#[derive(Clone, Copy)]
struct Anchor {
    moment: Moment,
    wall: Timestamp,
}

impl Anchor {
    #[inline]
    fn read(self, moment: Moment) -> Option<Timestamp> {
        let nanos = moment.0.checked_sub(self.moment.0).filter(|nanos| *nanos < HOLDS)?;
        Some(Timestamp(self.wall.0 + micros(nanos)))
    }
}

#[inline]
#[expect(clippy::cast_possible_wrap, reason = "a thousandth of 64 bits")]
fn micros(nanos: u64) -> i64 {
    (nanos / 1_000) as i64
}

#[cold]
fn renewed(moment: Moment) -> Timestamp {
    let (now, wall) = read_both();
    let wall = Timestamp::from(wall);
    // The anchor starts at the moment asked for, which was read just before.
    let passed = micros(now.nanos_since(moment));
    let anchor = Anchor { moment, wall: Timestamp(wall.0 - passed) };
    ANCHOR.set(anchor);
    anchor.wall
}

/// Reads both clocks as close together as possible; the thread may be preempted
/// in between.
fn read_both() -> (Moment, SystemTime) {
    const TRIES: usize = 4;
    /// Nanoseconds between two readings without an interruption.
    const CLOSE: u64 = 1_000;
    let mut best = read_once();
    for _ in 1..TRIES {
        if best.2 < CLOSE {
            break;
        }
        let next = read_once();
        best = if next.2 < best.2 { next } else { best };
    }
    (best.0, best.1)
}

/// Returns both clocks, and within how many nanoseconds they were read.
fn read_once() -> (Moment, SystemTime, u64) {
    let before = Moment::now();
    let wall = SystemTime::now();
    let took = Moment::now().nanos_since(before);
    (Moment(before.0 + took / 2), wall, took)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_before_1970_count_forward_within_their_second() {
        let before =
            |nanos| Timestamp::from(SystemTime::UNIX_EPOCH - Duration::from_nanos(nanos)).split();
        assert_eq!(before(0), (0, 0));
        assert_eq!(before(1_000), (-1, 999_999));
        assert_eq!(before(1_000_000_000), (-1, 0));
        assert_eq!(before(1_250_000_000), (-2, 750_000));
    }

    #[test]
    fn an_anchor_holds_from_its_moment_on_and_not_for_long() {
        let anchor = Anchor { moment: Moment(7_000), wall: Timestamp::at(9, 999_999) };
        assert_eq!(anchor.read(Moment(7_000)), Some(Timestamp::at(9, 999_999)));
        assert_eq!(anchor.read(Moment(7_999)), Some(Timestamp::at(9, 999_999)));
        assert_eq!(anchor.read(Moment(8_000)), Some(Timestamp::at(10, 0)));
        assert_eq!(anchor.read(Moment(6_999)), None);
        assert_eq!(anchor.read(Moment(7_000 + HOLDS)), None);
        assert_eq!((NONE.read(Moment(0)), NONE.read(Moment(u64::MAX - 1))), (None, None));
    }

    #[test]
    fn a_step_of_the_wall_clock_is_followed_within_a_moment() {
        // As if the clock had just been set back by an hour.
        let (moment, hour) = (Moment::now(), 3_600 * SECOND);
        let right = Timestamp::of(moment);
        ANCHOR.set(Anchor { moment, wall: Timestamp(right.0 + hour) });
        assert_eq!(Timestamp::of(moment).0 - right.0, hour);
        let later = Timestamp::of(Moment(moment.0 + HOLDS));
        assert!((later.0 - right.0).abs() < SECOND, "{later:?} {right:?}");
    }

    #[test]
    fn timestamps_are_within_a_millisecond_of_the_system_clock() {
        let system = || Timestamp::from(SystemTime::now()).0;
        for _ in 0..200 {
            let (before, ours, after) = (system(), Timestamp::now().0, system());
            assert!((before - 1_000..=after + 1_000).contains(&ours), "{before} {ours} {after}");
            // A moment before the anchor works, too.
            let older = Timestamp::of(Moment(Moment::now().0 - 1_000)).0;
            assert!((older - after).abs() < SECOND, "{older} {after}");
        }
    }
}
