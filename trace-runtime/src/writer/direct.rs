//! Direct mode: one write for each line, before the caller goes on.
//!
//! What was logged is with the operating system when the call returns, so
//! nothing is lost however the process ends. A caller waits for a slow sink.

use std::{
    cell::Cell,
    io,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{
    Cause, Gap, Line, Stats, Tell,
    lines::{Lines, Progress},
    stats::Counters,
};
use crate::{Level, buffer::Buffer, clock::Timestamp, sink::Sink};

thread_local! {
    /// Whether this thread is inside a sink, or a lock of the writer's: of any
    /// writer, for two sinks that log to each other would wait for ever.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// Writes lines to a sink as they come.
pub(crate) struct Direct {
    sink: Mutex<Lines>,
    pub(super) counters: Counters,
    telling: Tell,
}

impl Direct {
    pub(super) fn new(sink: Box<dyn Sink>, tell: Tell) -> Self {
        Self { sink: Mutex::new(Lines::new(sink)), counters: Counters::default(), telling: tell }
    }

    /// Writes one line.
    ///
    /// Whatever the sink does, the caller is not harmed: a line that cannot be
    /// written is counted. So is one that the sink itself logs: to wait for
    /// the sink from inside it would be to wait for ever.
    #[inline]
    pub(super) fn write(&self, line: Line<'_>) {
        match self.write_uncounted(line.bytes) {
            Ok(()) => {
                self.counters.written(1);
                self.tell_untold();
            }
            Err(cause) => self.dropped(cause, line.level, line.time),
        }
    }

    /// Writes one line that counts neither as written nor as dropped.
    pub(super) fn write_uncounted(&self, line: &[u8]) -> Result<(), Cause> {
        let Some(Progress { taken, result }) = self.write_lines(line) else {
            return Err(Cause::Nested);
        };
        match result {
            Err(error) if taken < line.len() => Err(cause(&error)),
            _ => Ok(()),
        }
    }

    /// Writes whole lines as far as the sink takes them; nothing from inside
    /// the sink.
    pub(super) fn write_lines(&self, lines: &[u8]) -> Option<Progress> {
        let _inside = Inside::enter()?;
        let mut sink = self.lines();
        let progress = sink.write(lines);
        // A sink may hold back what it took; lines are written when they are out.
        sink.flush();
        Some(progress)
    }

    /// Tells of the lines that are missing, once there is somebody to hear it.
    #[inline]
    pub(super) fn tell_untold(&self) {
        if self.counters.is_untold() {
            self.tell();
        }
    }

    #[cold]
    fn tell(&self) {
        for gap in self.counters.take_untold() {
            let mut report = Buffer::default();
            (self.telling)(&gap, report.vec());
            if self.write_uncounted(&report).is_err() {
                self.counters.put_back(&gap);
            }
        }
    }

    /// Counts a line that was not written.
    pub(super) fn dropped(&self, cause: Cause, level: Level, time: Timestamp) {
        self.counters.dropped(&Gap::of(cause, level, time));
    }

    pub(super) fn flush(&self) {
        if let Some(_inside) = Inside::enter() {
            self.lines().flush();
        }
    }

    pub(super) fn stats(&self) -> Stats {
        self.counters.snapshot()
    }

    /// Returns the sink; for whoever is [`Inside`].
    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.sink.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What an error of the sink is counted as.
pub(super) fn cause(error: &io::Error) -> Cause {
    if error.kind() == io::ErrorKind::BrokenPipe { Cause::Closed } else { Cause::Sink }
}

/// Returns whether this thread may be inside a sink. If it is, it must not wait
/// for another thread, which may wait for that sink.
pub(crate) fn is_inside() -> bool {
    INSIDE.get()
}

/// This thread is inside the writer: what it logs meanwhile is dropped.
pub(super) struct Inside(());

impl Inside {
    /// Returns nothing if it is inside already.
    pub(super) fn enter() -> Option<Self> {
        if INSIDE.replace(true) { None } else { Some(Self(())) }
    }
}

impl Drop for Inside {
    fn drop(&mut self) {
        INSIDE.set(false);
    }
}
