//! Timestamps: what a clock on the wall shows at a moment.
//!
//! For a line only the steady clock is read. Each thread keeps an anchor, a
//! reading of both clocks, from which what the wall clock shows follows by
//! addition: that saves a reading a line, 23 ns. An anchor holds for 50 ms at
//! the most, so that a step of the wall clock is followed by then; and not into
//! the next second, so that one comparison says whether it holds, and to find
//! the moment within the second takes no division.

use std::{
    cell::Cell,
    time::{Duration, SystemTime},
};

use super::Moment;

/// A moment of the wall clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Timestamp {
    /// Since 1970-01-01 UTC.
    pub(crate) seconds: i64,
    /// Since that second began.
    pub(crate) micros: u32,
}

impl Timestamp {
    /// Returns what the wall clock shows now.
    pub(crate) fn now() -> Self {
        Self::of(Moment::now())
    }

    /// Returns what the wall clock showed at a moment that has just passed.
    #[inline]
    pub(crate) fn of(moment: Moment) -> Self {
        ANCHOR.get().read(moment).unwrap_or_else(|| renewed(moment))
    }
}

impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        let (seconds, nanos) = split(time);
        Self { seconds, micros: nanos / 1_000 }
    }
}

/// Nanoseconds of a second.
const SECOND: u64 = 1_000_000_000;

/// How long an anchor holds, in nanoseconds.
const HOLDS: u64 = 50_000_000;

thread_local! {
    /// At first one that never holds.
    static ANCHOR: Cell<Anchor> = const { Cell::new(Anchor { second: 0, began: 0, holds: 0 }) };
}

/// A second of the wall clock, as the steady clock sees it.
#[derive(Clone, Copy)]
struct Anchor {
    /// Seconds since 1970-01-01 UTC.
    second: i64,
    /// When it began. That may be before the steady clock's first moment, so
    /// it is counted with wrap-around.
    began: u64,
    /// How long after that the anchor holds, in nanoseconds.
    holds: u64,
}

impl Anchor {
    fn new(moment: Moment, wall: SystemTime) -> Self {
        let (second, nanos) = split(wall);
        let began = moment.0.wrapping_sub(nanos.into());
        Self { second, began, holds: SECOND.min(u64::from(nanos) + HOLDS) }
    }

    #[inline]
    fn read(self, moment: Moment) -> Option<Timestamp> {
        let nanos = moment.0.wrapping_sub(self.began);
        // Of less than a second, the microseconds fit.
        let micros = (nanos / 1_000) as u32;
        (nanos < self.holds).then_some(Timestamp { seconds: self.second, micros })
    }
}

#[cold]
fn renewed(moment: Moment) -> Timestamp {
    let (now, wall) = read_both();
    let anchor = Anchor::new(now, wall);
    ANCHOR.set(anchor);
    // A moment of the second before is no more than the time this took away.
    anchor.read(moment).unwrap_or_else(|| wall.into())
}

/// Reads both clocks, as close together as it can be had: somebody else may
/// get the processor in between.
fn read_both() -> (Moment, SystemTime) {
    const TRIES: usize = 4;
    /// Nanoseconds between two readings that nothing came between.
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

/// Returns the seconds since 1970, and the nanoseconds since that second.
fn split(time: SystemTime) -> (i64, u32) {
    match time.duration_since(SystemTime::UNIX_EPOCH) {
        Ok(since) => (whole_seconds(since), since.subsec_nanos()),
        Err(before) => split_before(before.duration()),
    }
}

/// The fraction counts forward from the second before.
fn split_before(distance: Duration) -> (i64, u32) {
    let seconds = -whole_seconds(distance);
    match distance.subsec_nanos() {
        0 => (seconds, 0),
        nanos => (seconds.saturating_sub(1), 1_000_000_000 - nanos),
    }
}

fn whole_seconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64, micros: u32) -> Timestamp {
        Timestamp { seconds, micros }
    }

    #[test]
    fn times_before_1970_count_forward_within_their_second() {
        let before = |nanos| Timestamp::from(SystemTime::UNIX_EPOCH - Duration::from_nanos(nanos));
        assert_eq!(before(0), at(0, 0));
        assert_eq!(before(1_000), at(-1, 999_999));
        assert_eq!(before(1_000_000_000), at(-1, 0));
        assert_eq!(before(1_250_000_000), at(-2, 750_000));
    }

    #[test]
    fn an_anchor_holds_for_its_second_and_not_for_long() {
        let wall = SystemTime::UNIX_EPOCH + Duration::from_millis(7_990);
        let anchor = Anchor::new(Moment(100_000_000), wall);
        assert_eq!(anchor.read(Moment(100_000_000)), Some(at(7, 990_000)));
        // Also before what the steady clock ever was.
        assert_eq!(anchor.read(Moment(0)), Some(at(7, 890_000)));
        assert_eq!(anchor.read(Moment(109_999_999)), Some(at(7, 999_999)));
        assert_eq!(anchor.read(Moment(110_000_000)), None);
        let wall = SystemTime::UNIX_EPOCH + Duration::from_secs(8);
        let anchor = Anchor::new(Moment(100_000_000), wall);
        assert_eq!(anchor.read(Moment(149_999_999)), Some(at(8, 49_999)));
        assert_eq!(anchor.read(Moment(150_000_000)), None);
        assert_eq!(anchor.read(Moment(99_999_999)), None);
    }

    #[test]
    fn timestamps_are_within_a_millisecond_of_the_system_clock() {
        let micros = |at: Timestamp| i128::from(at.seconds) * 1_000_000 + i128::from(at.micros);
        for _ in 0..200 {
            let before = micros(SystemTime::now().into());
            let ours = micros(Timestamp::now());
            let after = micros(SystemTime::now().into());
            assert!((before - 1_000..=after + 1_000).contains(&ours), "{before} {ours} {after}");
            std::thread::sleep(Duration::from_millis(1));
        }
    }
}
