//! The sink behind its lock, with the account of what it took: where lines
//! leave the process, in both modes.

use std::{
    io,
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::{
    batch::Batch,
    complaint::complain_at_last,
    counters::Counters,
    inside::Inside,
    missing::missing,
    stats::{Cause, Report},
    whole::{Progress, WholeLines},
};
use crate::sink::Sink;

/// A sink that is shared by all threads, and what became of their lines.
pub(super) struct Outlet {
    sink: Mutex<WholeLines>,
    /// How many bytes of several threads it takes by one call.
    most_together: usize,
    pub(super) counters: Counters,
    report: Report,
}

impl Outlet {
    pub(super) fn new(sink: Box<dyn Sink>, report: Report) -> Self {
        let sink = WholeLines::new(sink);
        let most_together = sink.most_together();
        Self { sink: Mutex::new(sink), most_together, counters: Counters::default(), report }
    }

    /// Returns how many bytes of several threads it takes by one call.
    pub(super) fn most_together(&self) -> usize {
        self.most_together
    }

    /// Writes whole lines, each once.
    ///
    /// Whatever the sink does, the caller is not harmed: a line that cannot be
    /// written is counted. So is one that the sink itself logs: to wait for
    /// the sink from inside it would be to wait for ever.
    #[inline]
    pub(super) fn write(&self, batch: &Batch<'_>) {
        let is_taken = match Inside::enter() {
            Some(inside) if batch.has_several() => self.commit_several(&inside, *batch),
            Some(inside) => self.commit(&inside, batch),
            None => return self.counters.dropped(&batch.gap(Cause::Nested)),
        };
        if is_taken {
            self.report();
        }
    }

    /// Writes whole lines and counts them; returns whether the sink took the last
    /// one, and so may take a report.
    #[expect(clippy::inline_always, reason = "a call would cost 18 instructions a line")]
    #[inline(always)]
    pub(super) fn commit(&self, inside: &Inside, batch: &Batch<'_>) -> bool {
        let mut sink = self.sink(inside);
        match sink.write(batch.bytes) {
            Ok(()) => {
                self.counters.written_under_lock(batch.levels.len() as u64);
                true
            }
            Err(progress) => self.commit_rest(&mut sink, *batch, progress),
        }
    }

    /// Writes several lines, by as few calls as the sink allows: by one, unless
    /// it says how much it takes. Nothing comes between them.
    #[cold]
    pub(super) fn commit_several(&self, inside: &Inside, batch: Batch<'_>) -> bool {
        let most = if self.most_together > 0 { self.most_together } else { usize::MAX };
        let (mut is_taken, mut rest) = (false, batch);
        let mut sink = self.sink(inside);
        while !rest.bytes.is_empty() {
            let (first, behind) = rest.split_within(most);
            is_taken = match sink.write(first.bytes) {
                Ok(()) => {
                    self.counters.written_under_lock(first.levels.len() as u64);
                    true
                }
                Err(progress) => self.commit_rest(&mut sink, first, progress),
            };
            rest = behind;
        }
        is_taken
    }

    /// Writes what the sink has not taken at once.
    #[cold]
    fn commit_rest(
        &self,
        sink: &mut WholeLines,
        mut batch: Batch<'_>,
        mut progress: Progress,
    ) -> bool {
        loop {
            let is_taken = progress.taken == batch.bytes.len();
            batch = self.account(batch, &progress);
            if batch.bytes.is_empty() {
                return is_taken;
            }
            progress = offer(sink, batch.bytes);
        }
    }

    /// Counts what the sink took, and the line that it refused; returns those
    /// behind it.
    fn account<'a>(&self, batch: Batch<'a>, progress: &Progress) -> Batch<'a> {
        let (whole, rest) = batch.split_at(progress.taken);
        self.counters.written(whole.levels.len() as u64);
        match &progress.result {
            Err(error) if !rest.bytes.is_empty() => {
                let (refused, behind) = rest.split_first();
                self.counters.dropped(&refused.gap(cause(error)));
                behind
            }
            _ => rest,
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
        let inside = Inside::enter()?;
        Some(offer(&mut self.sink(&inside), lines))
    }

    /// Returns how many bytes of whole lines the sink takes without waiting,
    /// after it has waited for that.
    pub(super) fn room(&self, timeout: Duration) -> Option<usize> {
        let inside = Inside::enter()?;
        Some(self.sink(&inside).room(timeout))
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

    /// Reports on standard error how many lines are missing that no line in the
    /// log reports, and how many the sink has not returned from.
    pub(super) fn complain_of_unreported(&self, under_way: u64) {
        if let Some(what) = missing(self.counters.take_unreported(), under_way) {
            complain_at_last(what);
        }
    }

    pub(super) fn flush(&self) {
        if let Some(inside) = Inside::enter() {
            self.sink(&inside).flush();
        }
    }

    /// Returns the sink, to a thread that is [`Inside`].
    #[inline]
    fn sink(&self, _: &Inside) -> MutexGuard<'_, WholeLines> {
        self.sink.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Returns how far the sink took lines.
fn offer(sink: &mut WholeLines, lines: &[u8]) -> Progress {
    let written = sink.write(lines);
    written.err().unwrap_or(Progress { taken: lines.len(), result: Ok(()) })
}

/// Returns what an error of the sink is counted as.
pub(super) fn cause(error: &io::Error) -> Cause {
    if error.kind() == io::ErrorKind::BrokenPipe { Cause::Closed } else { Cause::Sink }
}
