//! Numbers that one thread writes and any thread reads.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// Numbers of one series and one thread. Only the owner adds to them, so it
/// needs no locked instruction. They never fall.
#[derive(Debug)]
pub(crate) struct Row {
    lines: Box<[Line]>,
    /// Whether a thread writes to it. A row outlives its thread, and the next
    /// one continues it.
    is_owned: AtomicBool,
}

/// As much as a processor's cache holds in one piece. Two threads never write
/// to the same one.
#[derive(Debug, Default)]
#[repr(align(64))]
struct Line([AtomicU64; LEN]);

const LEN: usize = 8;

impl Row {
    /// Makes a row of `len` numbers, all zero, without an owner.
    pub(crate) fn new(len: usize) -> Self {
        let lines = (0..len.div_ceil(LEN)).map(|_| Line::default()).collect();
        Self { lines, is_owned: AtomicBool::new(false) }
    }

    /// Adds to a number. Only the owner may call this.
    #[inline]
    pub(crate) fn add(&self, index: usize, amount: u64) {
        if let Some(cell) = self.cell(index) {
            cell.store(cell.load(Ordering::Relaxed).wrapping_add(amount), Ordering::Relaxed);
        }
    }

    /// Adds to a number that has no owner.
    pub(crate) fn add_shared(&self, index: usize, amount: u64) {
        if let Some(cell) = self.cell(index) {
            cell.fetch_add(amount, Ordering::Relaxed);
        }
    }

    /// Reads a number.
    pub(crate) fn get(&self, index: usize) -> u64 {
        self.cell(index).map_or(0, |cell| cell.load(Ordering::Relaxed))
    }

    /// Makes the calling thread the owner, unless there is one.
    pub(crate) fn claim(&self) -> bool {
        // Pairs with `release`: the next owner sees what the last one wrote.
        self.is_owned.compare_exchange(false, true, Ordering::Acquire, Ordering::Relaxed).is_ok()
    }

    /// Ends the ownership.
    pub(crate) fn release(&self) {
        self.is_owned.store(false, Ordering::Release);
    }

    #[inline]
    fn cell(&self, index: usize) -> Option<&AtomicU64> {
        self.lines.get(index / LEN)?.0.get(index % LEN)
    }
}
