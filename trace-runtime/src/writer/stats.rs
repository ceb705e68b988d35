//! How many lines were written, and how many were not.

use std::sync::atomic::{AtomicU64, Ordering};

/// How many lines were written, and how many were dropped.
///
/// Every line that passed the filter is in one of the two.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Lines that the sink took whole.
    pub lines_written: u64,
    /// Lines that it did not.
    pub lines_dropped: u64,
}

/// The counts, while they change. Each stands for itself, so relaxed order
/// suffices.
#[derive(Debug, Default)]
pub(super) struct Counters {
    written: AtomicU64,
    dropped: AtomicU64,
    /// How many of the dropped nobody has been told of yet.
    untold: AtomicU64,
}

impl Counters {
    pub(super) fn written(&self) {
        self.written.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn dropped(&self) {
        self.dropped.fetch_add(1, Ordering::Relaxed);
        self.untold.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn take_untold(&self) -> u64 {
        // Read first: nothing is untold nearly always, and reading is cheap.
        match self.untold.load(Ordering::Relaxed) {
            0 => 0,
            _ => self.untold.swap(0, Ordering::Relaxed),
        }
    }

    pub(super) fn put_back_untold(&self, lines: u64) {
        self.untold.fetch_add(lines, Ordering::Relaxed);
    }

    pub(super) fn snapshot(&self) -> Stats {
        Stats {
            lines_written: self.written.load(Ordering::Relaxed),
            lines_dropped: self.dropped.load(Ordering::Relaxed),
        }
    }
}
