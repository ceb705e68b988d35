//! The account of all detail of an output: memory in use, and what became of
//! each line.
//!
//! Lines made are lines written, discarded, dropped and still held. A thread
//! counts in one of a few places, so that threads seldom meet in one.

use std::{
    cell::Cell,
    sync::atomic::{AtomicU64, AtomicUsize, Ordering},
};

use super::rate::Rate;

/// In how many places lines are counted.
const PLACES: usize = 8;

/// Memory and lines of all requests of an output.
#[derive(Debug)]
pub(crate) struct Account {
    /// The most memory that all requests together may hold, in bytes.
    total: usize,
    used: AtomicUsize,
    pub(super) rate: Rate,
    counts: [Counts; PLACES],
}

/// What became of lines, on cache lines of its own.
#[derive(Debug, Default)]
#[repr(align(128))]
struct Counts {
    made: AtomicU64,
    /// By `Fate`.
    ended: [AtomicU64; 3],
}

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Written,
    Discarded,
    Dropped,
}

/// What became of the lines that requests held: [`Stats::detail`].
///
/// Every line that was made to be held is in exactly one of the four.
///
/// # Examples
///
/// ```
/// use trace_runtime::{Detail, debug, sink::Memory, stats, traced_handler};
///
/// #[traced_handler]
/// async fn handler() {
///     debug!("looking");
///     assert_eq!(stats().detail.held, 1);
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), trace_runtime::Error> {
/// let detail = Detail::when_failed();
/// trace_runtime::builder().filter("info").detail(detail).sink(Memory::default()).init()?;
/// handler().await;
/// assert_eq!((stats().detail.held, stats().detail.discarded), (0, 1));
/// assert_eq!(stats().detail.made(), 1);
/// # Ok(())
/// # }
/// ```
///
/// [`Stats::detail`]: crate::writer::Stats::detail
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DetailStats {
    /// Lines that requests hold which have not ended.
    pub held: u64,
    /// Lines that were handed to the writer, whose own counts they are in.
    pub written: u64,
    /// Lines of requests that went well.
    pub discarded: u64,
    /// Lines that a bound kept from being held or written. If their request has
    /// a line with its detail, `detail_dropped` has their number there.
    pub dropped: u64,
}

impl DetailStats {
    /// Returns how many lines were made to be held.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{Detail, debug, testing::Capture, traced_handler};
    ///
    /// #[traced_handler]
    /// async fn handler(id: u32) -> Result<(), String> {
    ///     debug!(id, "looking");
    ///     if id == 7 { Err("not there".to_owned()) } else { Ok(()) }
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() {
    /// let capture = Capture::with_detail("info", Detail::when_failed());
    /// for id in 6..10 {
    ///     let _ = capture.scope(handler(id)).await;
    /// }
    /// let detail = capture.stats().detail;
    /// assert_eq!((detail.written, detail.discarded, detail.made()), (1, 3, 4));
    /// # }
    /// ```
    pub const fn made(&self) -> u64 {
        self.held + self.written + self.discarded + self.dropped
    }
}

impl Account {
    pub(super) fn new(total: usize, bytes_per_second: u64) -> Self {
        let (used, counts) = (AtomicUsize::new(0), Default::default());
        Self { total, used, rate: Rate::new(bytes_per_second), counts }
    }

    /// Takes so many bytes of memory, if that leaves the total in bounds.
    pub(super) fn take(&self, bytes: usize) -> bool {
        let taken = self.used.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| {
            used.checked_add(bytes).filter(|used| *used <= self.total)
        });
        taken.is_ok()
    }

    pub(super) fn give_back(&self, bytes: usize) {
        self.used.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Counts a line that was made to be held.
    pub(super) fn made(&self) {
        // Before it is counted under a fate: see `stats`.
        self.counts().made.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts what became of lines.
    pub(super) fn count(&self, fate: Fate, lines: u64) {
        let [written, discarded, dropped] = &self.counts().ended;
        let count = match fate {
            Fate::Written => written,
            Fate::Discarded => discarded,
            Fate::Dropped => dropped,
        };
        count.fetch_add(lines, Ordering::Release);
    }

    pub(crate) fn stats(&self) -> DetailStats {
        let sum = |count: fn(&Counts) -> &AtomicU64| -> u64 {
            self.counts.iter().map(|counts| count(counts).load(Ordering::Acquire)).sum()
        };
        let written = sum(|counts| &counts.ended[0]);
        let discarded = sum(|counts| &counts.ended[1]);
        let dropped = sum(|counts| &counts.ended[2]);
        // Read last, so that no line has ended which was not made.
        let made = sum(|counts| &counts.made);
        let held = made.saturating_sub(written + discarded + dropped);
        DetailStats { held, written, discarded, dropped }
    }

    fn counts(&self) -> &Counts {
        let [first, ..] = &self.counts;
        self.counts.get(place()).unwrap_or(first)
    }
}

/// Returns the place in which this thread counts. Threads take them in turn.
fn place() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    thread_local! {
        static PLACE: Cell<Option<usize>> = const { Cell::new(None) };
    }
    PLACE.get().unwrap_or_else(|| {
        let place = NEXT.fetch_add(1, Ordering::Relaxed) % PLACES;
        PLACE.set(Some(place));
        place
    })
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn memory_is_given_up_to_the_total_and_not_beyond() {
        let account = Account::new(100, 1);
        assert!(account.take(60) && account.take(40) && !account.take(1));
        account.give_back(40);
        assert!(!account.take(41) && !account.take(usize::MAX) && account.take(40));
    }

    #[test]
    fn lines_of_all_threads_are_counted_once() {
        let account = Account::new(0, 1);
        thread::scope(|scope| {
            for _ in 0..=PLACES {
                scope.spawn(|| {
                    for fate in [Fate::Written, Fate::Discarded, Fate::Dropped] {
                        account.made();
                        account.count(fate, 1);
                    }
                    account.made();
                });
            }
        });
        let each = PLACES as u64 + 1;
        let expected = DetailStats { held: each, written: each, discarded: each, dropped: each };
        assert_eq!((account.stats(), account.stats().made()), (expected, 4 * each));
    }
}
