//! The memory of the lines that a thread makes, and how deep one may be made
//! inside another.

use std::cell::Cell;

use crate::json::cursor::Cursor;

/// The most lines that one thread makes at a time, each inside the one before.
const MOST_DEPTH: u8 = 4;

/// The most memory that a thread keeps for its next line.
const MOST_KEPT: usize = 64 * 1024;

thread_local! {
    static DEPTH: Cell<u8> = const { Cell::new(0) };
    /// The memory of the next line. Empty while a line is being made, so a line
    /// inside another one allocates its own. Not a `Buffer`, because taking and
    /// returning one costs time ("line buffer" in `speed-notes.md`).
    static LINE: Cell<Cursor> = const { Cell::new(Cursor::NONE) };
}

/// Takes the memory for a line.
#[inline]
pub(super) fn take() -> Cursor {
    // An ending thread has none.
    LINE.try_with(Cell::take).unwrap_or_default()
}

/// Keeps the memory of a line for the next one.
#[inline]
pub(super) fn keep(mut line: Cursor) {
    if line.capacity() <= MOST_KEPT {
        line.truncate(0);
        let _ = LINE.try_with(|kept| kept.set(line));
    }
}

/// Counts a line while it is being made.
pub(super) struct Depth;

impl Depth {
    #[inline]
    pub(super) fn enter() -> Option<Self> {
        let depth = DEPTH.get();
        (depth < MOST_DEPTH).then(|| {
            DEPTH.set(depth + 1);
            Self
        })
    }
}

impl Drop for Depth {
    #[inline]
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
    }
}
