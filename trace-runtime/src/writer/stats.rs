//! How many lines were written, and how many were not: why, of which level,
//! and when.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use crate::{Level, clock::Timestamp};

/// Why a line was dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// The buffer of background mode was full.
    Overflow,
    /// The sink returned an error, or panicked.
    Sink,
    /// Whoever reads what the sink writes has gone away.
    Closed,
    /// It was logged by the sink itself, or more than four lines deep inside
    /// values that log while they are formatted.
    Nested,
    /// The process ended, and the sink did not take it within two seconds.
    Ended,
}

impl Cause {
    pub(crate) const ALL: [Self; 5] =
        [Self::Overflow, Self::Sink, Self::Closed, Self::Nested, Self::Ended];

    /// Returns the cause as it stands in the line that tells of it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Overflow => "overflow",
            Self::Sink => "sink",
            Self::Closed => "closed",
            Self::Nested => "nested",
            Self::Ended => "ended",
        }
    }
}

/// A number of lines of each level.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Levels([u64; 5]);

impl Levels {
    pub(crate) fn add(&mut self, level: Level) {
        *self.of(level) += 1;
    }

    pub(crate) fn add_all(&mut self, other: &Self) {
        for (ours, theirs) in self.0.iter_mut().zip(other.0) {
            *ours += theirs;
        }
    }

    pub(crate) fn subtract(&mut self, other: &Self) {
        for (ours, theirs) in self.0.iter_mut().zip(other.0) {
            *ours = ours.saturating_sub(theirs);
        }
    }

    pub(crate) fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    pub(crate) fn at(&self, level: Level) -> u64 {
        let [trace, debug, info, warn, error] = self.0;
        match level {
            Level::Trace => trace,
            Level::Debug => debug,
            Level::Info => info,
            Level::Warn => warn,
            Level::Error => error,
        }
    }

    fn of(&mut self, level: Level) -> &mut u64 {
        let [trace, debug, info, warn, error] = &mut self.0;
        match level {
            Level::Trace => trace,
            Level::Debug => debug,
            Level::Info => info,
            Level::Warn => warn,
            Level::Error => error,
        }
    }
}

impl FromIterator<Level> for Levels {
    fn from_iter<I: IntoIterator<Item = Level>>(levels: I) -> Self {
        let mut counts = Self::default();
        levels.into_iter().for_each(|level| counts.add(level));
        counts
    }
}

/// Lines that are missing: why, how many, and between which moments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Gap {
    pub(crate) cause: Cause,
    pub(crate) lines: Levels,
    pub(crate) first: Timestamp,
    pub(crate) last: Timestamp,
}

impl Gap {
    pub(crate) fn of(cause: Cause, level: Level, time: Timestamp) -> Self {
        Self { cause, lines: Levels::from_iter([level]), first: time, last: time }
    }

    /// Widens this gap by another of the same cause.
    pub(crate) fn widen(&mut self, by: &Self) {
        self.lines.add_all(&by.lines);
        self.first = self.first.min(by.first);
        self.last = self.last.max(by.last);
    }
}

/// Widens a gap that there may be already.
pub(super) fn widen(gap: &mut Option<Gap>, by: &Gap) {
    match gap {
        Some(gap) => gap.widen(by),
        None => *gap = Some(*by),
    }
}

/// How many lines were written, and how many were dropped.
///
/// Every line that passed the filter is written, dropped, or, in background
/// mode, waiting for one of the two.
///
/// # Examples
///
/// ```
/// use trace_runtime::{Cause, Level, info, sink::Memory, stats};
///
/// trace_runtime::builder().sink(Memory::default()).init()?;
/// info!("one");
/// assert_eq!(stats().lines_written, 1);
/// assert_eq!(stats().dropped_by(Cause::Sink), 0);
/// assert_eq!(stats().dropped_at(Level::Error), 0);
/// # Ok::<(), trace_runtime::Error>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Lines that the sink took whole.
    pub lines_written: u64,
    /// Lines that it did not, for whatever cause.
    pub lines_dropped: u64,
    /// Lines in the buffer, or on their way to the sink.
    pub lines_waiting: u64,
    dropped: [Levels; Cause::ALL.len()],
}

impl Stats {
    /// Returns how many lines were dropped for this cause.
    pub fn dropped_by(&self, cause: Cause) -> u64 {
        self.dropped.get(cause as usize).map_or(0, Levels::total)
    }

    /// Returns how many lines of this level were dropped.
    pub fn dropped_at(&self, level: Level) -> u64 {
        self.dropped.iter().map(|levels| levels.at(level)).sum()
    }
}

/// The counts, while they change.
///
/// `written` stands for itself, so relaxed order suffices. The gaps change
/// together, under their lock; `is_untold` only saves looking.
#[derive(Debug, Default)]
pub(super) struct Counters {
    written: AtomicU64,
    is_untold: AtomicBool,
    gaps: Mutex<Gaps>,
}

#[derive(Debug, Default)]
struct Gaps {
    /// All that ever were, by cause.
    total: [Levels; Cause::ALL.len()],
    /// Those that no line has told of yet, by cause.
    untold: [Option<Gap>; Cause::ALL.len()],
}

impl Counters {
    pub(super) fn written(&self, lines: u64) {
        self.written.fetch_add(lines, Ordering::Relaxed);
    }

    /// Counts lines that are missing, to be told of.
    pub(super) fn dropped(&self, gap: &Gap) {
        self.count(gap);
        self.put_back(gap);
    }

    /// Counts lines that are missing, of which somebody else will tell.
    pub(super) fn count(&self, gap: &Gap) {
        let mut gaps = self.gaps.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(total) = gaps.total.get_mut(gap.cause as usize) {
            total.add_all(&gap.lines);
        }
    }

    /// Keeps a gap that is counted already, to be told of.
    pub(super) fn put_back(&self, gap: &Gap) {
        let mut gaps = self.gaps.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(untold) = gaps.untold.get_mut(gap.cause as usize) {
            widen(untold, gap);
        }
        self.is_untold.store(true, Ordering::Relaxed);
    }

    /// Returns whether there are gaps that were not told of: hardly ever, and
    /// cheap to ask.
    #[inline]
    pub(super) fn is_untold(&self) -> bool {
        self.is_untold.load(Ordering::Relaxed)
    }

    /// Returns the gaps that were not told of; whoever takes them tells.
    pub(super) fn take_untold(&self) -> impl Iterator<Item = Gap> + use<> {
        let mut gaps = self.gaps.lock().unwrap_or_else(PoisonError::into_inner);
        self.is_untold.store(false, Ordering::Relaxed);
        std::mem::take(&mut gaps.untold).into_iter().flatten()
    }

    pub(super) fn snapshot(&self) -> Stats {
        let dropped = self.gaps.lock().unwrap_or_else(PoisonError::into_inner).total;
        Stats {
            lines_written: self.written.load(Ordering::Relaxed),
            lines_dropped: dropped.iter().map(Levels::total).sum(),
            lines_waiting: 0,
            dropped,
        }
    }
}
