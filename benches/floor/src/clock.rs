//! Reads the time: twice for a step, once for an event.

use std::{
    sync::LazyLock,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// A time of day: whole seconds since 1970, and microseconds.
#[derive(Clone, Copy)]
pub struct Wall {
    pub seconds: u64,
    pub micros: u32,
}

impl Wall {
    #[inline]
    fn of_nanos(nanos: u64) -> Self {
        let micros = (nanos % 1_000_000_000 / 1_000) as u32;
        Self { seconds: nanos / 1_000_000_000, micros }
    }
}

pub trait Clock: Sync {
    type At: Copy;

    /// Returns the start of a measurement.
    fn start() -> Self::At;

    /// Returns the nanoseconds since `start`, and the time of day.
    fn end(start: Self::At) -> (u64, Wall);

    /// Returns the time of day.
    fn wall() -> Wall;
}

/// The clocks of `std`: three calls for a step.
pub struct Std;

impl Clock for Std {
    type At = Instant;

    #[inline]
    fn start() -> Instant {
        Instant::now()
    }

    #[inline]
    fn end(start: Instant) -> (u64, Wall) {
        (nanos(start.elapsed()), Self::wall())
    }

    #[inline]
    fn wall() -> Wall {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Wall { seconds: since.as_secs(), micros: since.subsec_micros() }
    }
}

/// Returns nanoseconds without the 128-bit arithmetic of `Duration::as_nanos`.
#[inline]
fn nanos(duration: Duration) -> u64 {
    duration.as_secs() * 1_000_000_000 + u64::from(duration.subsec_nanos())
}

/// The processor's time stamp counter, which gives the time of day, too.
pub struct Tsc;

static ANCHOR: LazyLock<fastant::Anchor> = LazyLock::new(fastant::Anchor::new);

impl Clock for Tsc {
    type At = fastant::Instant;

    #[inline]
    fn start() -> fastant::Instant {
        fastant::Instant::now()
    }

    #[inline]
    fn end(start: fastant::Instant) -> (u64, Wall) {
        let now = fastant::Instant::now();
        (nanos(now.duration_since(start)), Wall::of_nanos(now.as_unix_nanos(&ANCHOR)))
    }

    #[inline]
    fn wall() -> Wall {
        Wall::of_nanos(fastant::Instant::now().as_unix_nanos(&ANCHOR))
    }
}
