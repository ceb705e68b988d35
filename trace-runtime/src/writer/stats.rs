//! How many lines were written, and how many were not: why, of which level,
//! and when.

use std::{
    panic::{RefUnwindSafe, UnwindSafe},
    sync::{
        Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use crate::{clock::Timestamp, level::Level};

/// Why a line was dropped.
///
/// # Examples
///
/// ```
/// use trace_runtime::writer::Cause;
///
/// assert_eq!(Cause::Overflow.as_str(), "overflow");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Cause {
    /// The buffer of background mode was full.
    Overflow,
    /// The sink returned an error, or panicked.
    Sink,
    /// The reader of what the sink writes has gone away.
    Closed,
    /// It was logged by the sink itself, or more than four lines deep inside
    /// values that log while they are formatted.
    Nested,
    /// The process ended, and the sink did not take it within two seconds, however
    /// often it was tried.
    Ended,
}

impl Cause {
    pub(crate) const ALL: [Self; 5] =
        [Self::Overflow, Self::Sink, Self::Closed, Self::Nested, Self::Ended];

    /// Returns the cause as it stands in the line that reports it.
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

/// Makes the line that reports a gap: the writer knows no keys.
pub(crate) type Report = Box<dyn Fn(&Gap, &mut Vec<u8>) + Send + Sync + UnwindSafe + RefUnwindSafe>;

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
/// mode, waiting for one of the two: in exactly one of them at any moment.
///
/// # Examples
///
/// ```
/// use trace_runtime::{Level, info, sink::Memory, stats, writer::Cause};
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
    /// Lines in the buffer, or being written. At the end of the process, those
    /// that a sink was given and has not returned from: it alone knows.
    pub lines_waiting: u64,
    dropped: [Levels; Cause::ALL.len()],
}

impl Stats {
    /// Returns how many lines were dropped for this cause.
    pub fn dropped_by(&self, cause: Cause) -> u64 {
        self.dropped.get(cause as usize).map_or(0, Levels::total)
    }

    /// Sets how many lines wait.
    pub(super) fn waiting(mut self, lines: u64) -> Self {
        self.lines_waiting = lines;
        self
    }

    /// Returns how many lines of this level were dropped.
    pub fn dropped_at(&self, level: Level) -> u64 {
        self.dropped.iter().map(|levels| levels.at(level)).sum()
    }
}

/// The counts, while they change.
///
/// `written` stands for itself, so relaxed order suffices. The gaps change
/// together, under their lock; `is_unreported` only saves looking.
#[derive(Debug, Default)]
pub(super) struct Counters {
    written: AtomicU64,
    is_unreported: AtomicBool,
    gaps: Mutex<Gaps>,
}

#[derive(Debug, Default)]
struct Gaps {
    /// All that ever were, by cause.
    total: [Levels; Cause::ALL.len()],
    /// Those that no line reports yet, by cause.
    unreported: [Option<Gap>; Cause::ALL.len()],
    /// Lines of the gaps that are being reported, by cause.
    under_report: [Levels; Cause::ALL.len()],
}

impl Counters {
    pub(super) fn written(&self, lines: u64) {
        self.written.fetch_add(lines, Ordering::Relaxed);
    }

    /// Counts lines that are missing, to be reported.
    pub(super) fn dropped(&self, gap: &Gap) {
        self.count(gap);
        self.to_report(gap);
    }

    /// Counts lines that are missing; [`to_report`](Self::to_report) comes
    /// later.
    pub(super) fn count(&self, gap: &Gap) {
        if let Some(total) = self.gaps().total.get_mut(gap.cause as usize) {
            total.add_all(&gap.lines);
        }
    }

    /// Keeps a gap that is counted already, to be reported.
    pub(super) fn to_report(&self, gap: &Gap) {
        if let Some(unreported) = self.gaps().unreported.get_mut(gap.cause as usize) {
            widen(unreported, gap);
        }
        self.is_unreported.store(true, Ordering::Relaxed);
    }

    /// Returns whether there are gaps that no line reports: hardly ever, and
    /// cheap to ask.
    #[inline]
    pub(super) fn is_unreported(&self) -> bool {
        self.is_unreported.load(Ordering::Relaxed)
    }

    /// Returns the gaps that no line reports; the caller [notes](Self::reported)
    /// of each whether a line reports it now.
    pub(super) fn begin_report(&self) -> impl Iterator<Item = Gap> + use<> {
        let mut gaps = self.gaps();
        self.is_unreported.store(false, Ordering::Relaxed);
        let taken = std::mem::take(&mut gaps.unreported);
        for (under_report, gap) in gaps.under_report.iter_mut().zip(&taken) {
            under_report.add_all(&gap.map_or(Levels::default(), |gap| gap.lines));
        }
        taken.into_iter().flatten()
    }

    /// Notes what became of a report: it is in the log, or there must be
    /// another one.
    pub(super) fn reported(&self, gap: &Gap, is_in_the_log: bool) {
        if let Some(under_report) = self.gaps().under_report.get_mut(gap.cause as usize) {
            under_report.subtract(&gap.lines);
        }
        if !is_in_the_log {
            self.to_report(gap);
        }
    }

    /// Returns how many dropped lines no line reports, by cause, and counts them as
    /// reported: the caller reports them elsewhere.
    pub(super) fn take_unreported(&self) -> impl Iterator<Item = (Cause, u64)> + use<> {
        let mut gaps = self.gaps();
        self.is_unreported.store(false, Ordering::Relaxed);
        let unreported = std::mem::take(&mut gaps.unreported);
        let under_report = gaps.under_report;
        Cause::ALL.into_iter().zip(unreported).zip(under_report).map(|((cause, gap), more)| {
            (cause, gap.map_or(0, |gap| gap.lines.total()) + more.total())
        })
    }

    pub(super) fn snapshot(&self) -> Stats {
        let dropped = self.gaps().total;
        Stats {
            lines_written: self.written.load(Ordering::Relaxed),
            lines_dropped: dropped.iter().map(Levels::total).sum(),
            lines_waiting: 0,
            dropped,
        }
    }

    fn gaps(&self) -> MutexGuard<'_, Gaps> {
        self.gaps.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
