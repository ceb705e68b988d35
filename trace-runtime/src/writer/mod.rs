//! From finished lines to the sink.
//!
//! All is bytes here: what a line says is not looked at, but for its level,
//! which comes beside it. `direct` writes each line at once, by the thread
//! that made it. `buffered` appends it to a bounded `queue`, which a thread
//! (`worker`) empties in batches; `exit` is how the process ends. In both,
//! lines acknowledged are lines written and lines dropped, exactly.

mod batch;
mod buffered;
pub(crate) mod complaint;
mod direct;
mod exit;
#[cfg(test)]
mod fuzz;
mod lines;
#[cfg(test)]
mod models;
mod queue;
mod settings;
mod stats;
mod sync;
#[cfg(test)]
mod tests;
mod turn;
mod worker;

use std::{
    fmt, io,
    panic::{RefUnwindSafe, UnwindSafe},
    sync::Arc,
    time::Duration,
};

use self::{buffered::Buffered, direct::Direct};
pub(crate) use self::{complaint::complain_at_last, direct::is_inside, exit::at_exit, stats::Gap};
pub use self::{
    settings::{Background, Overflow},
    stats::{Cause, Stats},
};
use crate::{Level, clock::Timestamp, sink::Sink};

/// How long the end of the process waits for the sink.
const CLOSE: Duration = Duration::from_secs(2);

/// A finished line, with what is counted of it should it be dropped.
#[derive(Clone, Copy)]
pub(crate) struct Line<'a> {
    /// The line, its newline included.
    pub(crate) bytes: &'a [u8],
    pub(crate) level: Level,
    pub(crate) time: Timestamp,
    /// Whether it goes before others where there is little room.
    pub(crate) is_important: bool,
}

/// Makes the line that reports a gap: the writer knows no keys.
pub(crate) type Report = Box<dyn Fn(&Gap, &mut Vec<u8>) + Send + Sync + UnwindSafe + RefUnwindSafe>;

/// Takes finished lines, and counts what becomes of them.
pub(crate) enum Writer {
    Direct(Arc<Direct>),
    Background(Buffered),
}

impl Writer {
    /// Writes each line before the caller goes on.
    pub(crate) fn direct(sink: Box<dyn Sink>, report: Report) -> Self {
        Self::Direct(Direct::new(sink, report).into())
    }

    /// Writes from a thread of its own.
    pub(crate) fn background(
        sink: Box<dyn Sink>,
        report: Report,
        settings: Background,
    ) -> io::Result<Self> {
        Buffered::start(Direct::new(sink, report), settings).map(Self::Background)
    }

    /// Takes one whole line.
    // Inlined: else it is copied from where it has just been written, 4 ns.
    #[inline]
    pub(crate) fn write(&self, line: Line<'_>) {
        match self {
            Self::Direct(direct) => direct.write(line),
            Self::Background(buffered) => buffered.write(line),
        }
    }

    /// Writes a line about lines; it is not counted itself.
    pub(crate) fn write_uncounted(&self, line: &[u8]) {
        match self {
            Self::Direct(direct) => drop(direct.write_uncounted(line)),
            Self::Background(buffered) => buffered.write_uncounted(line),
        }
    }

    /// Counts a line that was never made.
    pub(crate) fn dropped(&self, cause: Cause, level: Level, time: Timestamp) {
        self.as_direct().dropped(cause, level, time);
    }

    pub(crate) fn stats(&self) -> Stats {
        match self {
            Self::Direct(direct) => direct.stats(),
            Self::Background(buffered) => buffered.stats(),
        }
    }

    /// Waits until what was logged before is written.
    pub(crate) fn flush(&self, timeout: Duration) -> Result<(), Unflushed> {
        match self {
            Self::Direct(direct) => direct.flush(),
            Self::Background(buffered) => return buffered.flush(timeout),
        }
        Ok(())
    }

    /// Writes what there is, within two seconds, and writes directly from
    /// then on. What is missing, and in no line, is said on standard error.
    pub(crate) fn close(&self) {
        match self {
            Self::Direct(direct) => direct.close(),
            Self::Background(buffered) => buffered.close(),
        }
    }

    fn as_direct(&self) -> &Direct {
        match self {
            Self::Direct(direct) => direct,
            Self::Background(buffered) => buffered.as_direct(),
        }
    }
}

/// Some lines were not written in time. They still wait to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unflushed {
    /// How many.
    pub lines: u64,
}

impl fmt::Display for Unflushed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} lines were not written in time", self.lines)
    }
}

impl std::error::Error for Unflushed {}
