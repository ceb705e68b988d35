//! The lines of one open request, and what a thread keeps for the next one.
//!
//! A request that holds a few lines allocates nothing: it takes the memory of the
//! one that ended before it on its thread. What a thread keeps belongs to no
//! request, so it is not counted with what requests hold.

use std::{cell::Cell, sync::Arc};

use super::{
    account::{Account, Fate},
    lines::{Line, Lines},
};

/// The most memory for lines that a thread keeps, in bytes.
const MOST_KEPT: usize = 8 * 1024;

thread_local! {
    static SPARE: Cell<Option<Box<Holding>>> = const { Cell::new(None) };
}

/// The lines of an open request.
#[derive(Debug)]
pub(super) struct Holding {
    pub(super) lines: Lines,
    /// How many had to go.
    pub(super) dropped: u64,
    account: Arc<Account>,
}

impl Holding {
    pub(super) fn new(account: &Arc<Account>) -> Box<Self> {
        // An ending thread has none.
        let spare = SPARE.try_with(Cell::take).ok().flatten();
        match spare.filter(|spare| Arc::ptr_eq(&spare.account, account)) {
            Some(mut spare) => {
                spare.lines.renew(account);
                spare
            }
            None => {
                Box::new(Self { lines: Lines::default(), dropped: 0, account: Arc::clone(account) })
            }
        }
    }

    /// Appends a line within so many bytes.
    pub(super) fn push(&mut self, line: &Line<'_>, most: usize) {
        let dropped = self.lines.push(line, most, &self.account);
        if dropped > 0 {
            self.dropped += dropped;
            self.account.count(Fate::Dropped, dropped);
        }
    }

    /// Counts what became of so many lines, and gives the memory back.
    pub(super) fn finish(mut self: Box<Self>, fate: Fate, lines: usize) {
        self.release(fate, lines);
        self.dropped = 0;
        let _ = SPARE.try_with(|spare| spare.set(Some(self)));
    }

    fn release(&mut self, fate: Fate, lines: usize) {
        if lines > 0 {
            self.account.count(fate, lines as u64);
        }
        self.lines.release(&self.account, MOST_KEPT);
    }
}

/// A request that is never closed, or whose line goes nowhere.
impl Drop for Holding {
    fn drop(&mut self) {
        self.release(Fate::Dropped, self.lines.len());
    }
}
