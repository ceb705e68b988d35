//! Counts what becomes of lines, and keeps what no line reports yet.

use std::sync::{
    Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, AtomicU64, Ordering},
};

use super::stats::{Cause, Gap, Levels, Stats, widen};

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
        Stats::of(self.written.load(Ordering::Relaxed), dropped)
    }

    fn gaps(&self) -> MutexGuard<'_, Gaps> {
        self.gaps.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
