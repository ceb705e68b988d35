//! How many lines were written, and how many were not: why, at which level,
//! and when.

use std::panic::{RefUnwindSafe, UnwindSafe};

use crate::{clock::Timestamp, detail::DetailStats, level::Level};

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
    ///
    /// # Examples
    ///
    /// ```
    /// use std::{io, mem};
    /// use trace_runtime::{builder, info, sink::{Memory, Sink}, writer::Cause};
    ///
    /// /// A disk that is full for a moment.
    /// struct Disk {
    ///     is_full: bool,
    ///     memory: Memory,
    /// }
    ///
    /// impl Sink for Disk {
    ///     fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
    ///         if mem::take(&mut self.is_full) {
    ///             return Err(io::ErrorKind::StorageFull.into());
    ///         }
    ///         self.memory.write(bytes)
    ///     }
    /// #   fn flush(&mut self) -> io::Result<()> {
    /// #       Ok(())
    /// #   }
    /// }
    ///
    /// let memory = Memory::default();
    /// builder().sink(Disk { is_full: true, memory: memory.clone() }).init()?;
    /// info!("lost");
    /// info!("written");
    /// let report: serde_json::Value = serde_json::from_str(memory.text().lines().nth(1).unwrap())?;
    /// assert_eq!(report["cause"], Cause::Sink.as_str());
    /// assert_eq!(report["lines_dropped"], 1);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
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
    /// How often an observer has panicked.
    pub observer_panics: u64,
    /// What became of the lines that requests held.
    pub detail: DetailStats,
    dropped: [Levels; Cause::ALL.len()],
}

impl Stats {
    /// Returns how many lines were dropped for this cause.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::io;
    /// use trace_runtime::{builder, info, sink::Sink, stats, writer::Cause};
    ///
    /// /// A pipe whose reader has gone away.
    /// struct Pipe;
    ///
    /// impl Sink for Pipe {
    ///     fn write(&mut self, _: &[u8]) -> io::Result<usize> {
    ///         Err(io::ErrorKind::BrokenPipe.into())
    ///     }
    /// #   fn flush(&mut self) -> io::Result<()> {
    /// #       Ok(())
    /// #   }
    /// }
    ///
    /// builder().sink(Pipe).init()?;
    /// info!("lost");
    /// assert_eq!((stats().dropped_by(Cause::Closed), stats().dropped_by(Cause::Sink)), (1, 0));
    /// # Ok::<(), trace_runtime::Error>(())
    /// ```
    pub fn dropped_by(&self, cause: Cause) -> u64 {
        self.dropped.get(cause as usize).map_or(0, Levels::total)
    }

    pub(super) fn of(written: u64, dropped: [Levels; Cause::ALL.len()]) -> Self {
        let lines_dropped = dropped.iter().map(Levels::total).sum();
        Self {
            lines_written: written,
            lines_dropped,
            lines_waiting: 0,
            observer_panics: 0,
            detail: DetailStats::default(),
            dropped,
        }
    }

    /// Sets how many lines wait.
    pub(super) fn waiting(mut self, lines: u64) -> Self {
        self.lines_waiting = lines;
        self
    }

    /// Returns how many lines of this level were dropped.
    ///
    /// # Examples
    ///
    /// ```
    /// # use std::io;
    /// use trace_runtime::{Level, builder, error, info, sink::Sink, stats};
    ///
    /// # struct Full;
    /// # impl Sink for Full {
    /// #     fn write(&mut self, _: &[u8]) -> io::Result<usize> {
    /// #         Err(io::ErrorKind::StorageFull.into())
    /// #     }
    /// #     fn flush(&mut self) -> io::Result<()> {
    /// #         Ok(())
    /// #     }
    /// # }
    /// builder().sink(Full).init()?; // a sink that takes nothing
    /// info!("lost");
    /// error!("lost, too");
    /// assert_eq!((stats().lines_dropped, stats().dropped_at(Level::Error)), (2, 1));
    /// # Ok::<(), trace_runtime::Error>(())
    /// ```
    pub fn dropped_at(&self, level: Level) -> u64 {
        self.dropped.iter().map(|levels| levels.at(level)).sum()
    }
}
