//! Direct mode: one write for each line, before the caller goes on.
//!
//! What was logged is with the operating system when the call returns, so
//! nothing is lost however the process ends. A caller waits for a slow sink.

use std::{
    cell::Cell,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
    thread,
    time::Duration,
};

use super::{
    CLOSE, Cause, Gap, Line, Report, Stats,
    complaint::complain_at_last,
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
    report: Report,
}

impl Direct {
    pub(super) fn new(sink: Box<dyn Sink>, report: Report) -> Self {
        Self { sink: Mutex::new(Lines::new(sink)), counters: Counters::default(), report }
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
                self.report();
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

    /// Returns how many bytes of whole lines the sink takes without waiting,
    /// after it has waited for that.
    pub(super) fn room(&self, timeout: Duration) -> Option<usize> {
        let _inside = Inside::enter()?;
        Some(self.lines().room(timeout))
    }

    /// Writes a line about each gap that no line reports.
    #[inline]
    pub(super) fn report(&self) {
        if self.counters.is_unreported() {
            let _ = self.report_gaps();
        }
    }

    /// Returns why a gap could not be reported; there will be another report.
    #[cold]
    pub(super) fn report_gaps(&self) -> Result<(), Cause> {
        let mut result = Ok(());
        for gap in self.counters.begin_report() {
            let mut line = Buffer::default();
            (self.report)(&gap, line.vec());
            let written = self.write_uncounted(&line);
            self.counters.reported(&gap, written.is_ok());
            result = result.and(written);
        }
        result
    }

    /// Reports what no later line will, for the process is about to end.
    pub(super) fn close(self: &Arc<Self>) {
        if self.counters.is_unreported() && !is_inside() {
            self.report_in_time();
        }
        self.complain_of_unreported(0);
    }

    /// Another thread writes: this one waits for the sink no longer than the
    /// end of the process may take.
    fn report_in_time(self: &Arc<Self>) {
        let (over, is_over) = mpsc::channel();
        let direct = Arc::clone(self);
        let report = move || {
            let _ = direct.report_gaps();
            drop(over);
        };
        if thread::Builder::new().name("trace-writer".to_owned()).spawn(report).is_ok() {
            let _: Result<(), _> = is_over.recv_timeout(CLOSE);
        }
    }

    /// Says on standard error how many lines are missing without a line in the
    /// log that says so, and how many the sink has not returned from.
    pub(super) fn complain_of_unreported(&self, under_way: u64) {
        let missing: Vec<_> =
            self.counters.take_unreported().filter(|(_, lines)| *lines > 0).collect();
        let total: u64 = missing.iter().map(|(_, lines)| lines).sum();
        let causes: Vec<_> =
            missing.iter().map(|(cause, lines)| format!("{} {lines}", cause.as_str())).collect();
        let causes = causes.join(", ");
        match (total, under_way) {
            (0, 0) => {}
            (_, 0) => complain_at_last(format_args!("{total} lines were dropped: {causes}")),
            _ => complain_at_last(format_args!(
                "{total} lines were dropped ({causes}), and {under_way} were being written"
            )),
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

    /// Returns the sink, to a thread that is [`Inside`].
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
