//! Direct mode: one write for each line, before the caller goes on.
//!
//! What was logged is with the operating system when the call returns, so
//! nothing is lost however the process ends. A caller waits for a slow sink.

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc},
    thread,
    time::Duration,
};

use super::{
    batch::Batch,
    complaint::complain_at_last,
    exit::CLOSE,
    inside::{Inside, is_inside},
    stats::{Cause, Counters, Gap, Report},
    whole::{Progress, WholeLines},
};
use crate::sink::Sink;

/// Writes lines to a sink as they come.
pub(crate) struct DirectWriter {
    sink: Mutex<WholeLines>,
    pub(super) counters: Counters,
    report: Report,
}

impl DirectWriter {
    pub(super) fn new(sink: Box<dyn Sink>, report: Report) -> Self {
        Self { sink: Mutex::new(WholeLines::new(sink)), counters: Counters::default(), report }
    }

    /// Writes whole lines, each once.
    ///
    /// Whatever the sink does, the caller is not harmed: a line that cannot be
    /// written is counted. So is one that the sink itself logs: to wait for
    /// the sink from inside it would be to wait for ever.
    #[inline]
    pub(super) fn write(&self, batch: Batch<'_>) {
        if let Some(rest) = self.write_once(batch) {
            self.write_rest(rest);
        }
    }

    #[cold]
    fn write_rest(&self, mut rest: Batch<'_>) {
        while let Some(more) = self.write_once(rest) {
            rest = more;
        }
    }

    /// Offers lines to the sink once; returns those to be offered again.
    #[inline]
    fn write_once<'a>(&self, batch: Batch<'a>) -> Option<Batch<'a>> {
        match self.write_lines(batch.bytes) {
            Some(progress) if progress.taken == batch.bytes.len() => {
                self.counters.written(batch.levels.len() as u64);
                self.report();
                None
            }
            Some(progress) => self.account(batch, &progress),
            None => {
                self.counters.dropped(&Gap::of_batch(Cause::Nested, &batch));
                None
            }
        }
    }

    /// Counts what the sink took, and the line that it refused; returns those
    /// behind it.
    #[cold]
    fn account<'a>(&self, batch: Batch<'a>, progress: &Progress) -> Option<Batch<'a>> {
        let (whole, mut rest) = batch.split_at(progress.taken);
        self.counters.written(whole.levels.len() as u64);
        if let Err(error) = &progress.result {
            let (refused, behind) = rest.split_first();
            self.counters.dropped(&Gap::of_batch(cause(error), &refused));
            rest = behind;
        }
        Some(rest).filter(|rest| !rest.bytes.is_empty())
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
            let mut line = Vec::new();
            (self.report)(&gap, &mut line);
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

    /// Reports on standard error how many lines are missing that no line in the
    /// log reports, and how many the sink has not returned from.
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

    pub(super) fn flush(&self) {
        if let Some(_inside) = Inside::enter() {
            self.lines().flush();
        }
    }

    /// Returns the sink, to a thread that is [`Inside`].
    fn lines(&self) -> MutexGuard<'_, WholeLines> {
        self.sink.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns what an error of the sink is counted as.
pub(super) fn cause(error: &io::Error) -> Cause {
    if error.kind() == io::ErrorKind::BrokenPipe { Cause::Closed } else { Cause::Sink }
}
