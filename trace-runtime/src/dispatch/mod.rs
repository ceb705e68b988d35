//! Takes a record to the writer: filters it, has its line made, and hands that
//! over.
//!
//! The line is made in a buffer of the thread, outside every lock, and handed
//! over in one piece. A value that logs while it is formatted makes a line of
//! its own in the meantime. This module limits how deep that may go.

pub(crate) mod report;

use std::cell::Cell;

use crate::{
    context::Owner,
    json::cursor::Cursor,
    level::Level,
    line,
    output::Output,
    record::{Origin, Record, What},
    writer::{Batch, Cause},
};

/// The most lines that one thread makes at a time, each inside the one before.
const MOST_DEPTH: u8 = 4;

/// The most memory that a thread keeps for its next line.
const MOST_KEPT: usize = 64 * 1024;

thread_local! {
    static DEPTH: Cell<u8> = const { Cell::new(0) };
    /// The memory of the next line. Empty while a line is being made, so a line
    /// inside another one allocates its own. Not a `Buffer`, because taking and
    /// returning one costs time ("line buffer" in `docs/speed-notes.md`).
    static LINE: Cell<Cursor> = const { Cell::new(Cursor::NONE) };
}

/// Makes and writes the line of a record, if it passes the filter. For an
/// event, the filter was checked before its values were made.
#[expect(clippy::inline_always, reason = "so that no record is built in memory")]
#[inline(always)]
pub(crate) fn dispatch(record: &Record<'_>, owner: &Owner) {
    let Some(output) = owner.output() else { return };
    if !passes(record, output) {
        return;
    }
    let Some(_depth) = Depth::enter() else {
        return output.writer.dropped(Cause::Nested, record.level, record.time);
    };
    // An ending thread has none.
    let memory = LINE.try_with(Cell::take).unwrap_or_default();
    let mut line = line::write(memory, record, &output.style).text;
    // Copied, because a borrowed record would be kept in memory.
    let (level, time) = (record.level, record.time);
    let is_important = level >= Level::Warn || record.kind().is_outermost();
    output.writer.write(Batch::line(line.text(), &level, time, is_important));
    if line.capacity() <= MOST_KEPT {
        line.truncate(0);
        let _ = LINE.try_with(|kept| kept.set(line));
    }
}

#[inline]
fn passes(record: &Record<'_>, output: &Output) -> bool {
    match (record.what, record.origin) {
        (What::Closing(_, verdict), Origin::Callsite(callsite)) => {
            verdict.is_wanted && callsite.passes(output, record.level)
        }
        (What::Event(_), _) | (_, Origin::Foreign(_)) => true,
    }
}

/// Counts a line while it is being made.
struct Depth;

impl Depth {
    #[inline]
    fn enter() -> Option<Self> {
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
