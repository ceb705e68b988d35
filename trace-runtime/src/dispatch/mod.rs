//! Takes a record to the writer: filters it, has its line made, and hands that
//! over.
//!
//! The line is made in a buffer of the thread, outside every lock, and handed
//! over in one piece. A value that logs while it is formatted makes a line of
//! its own in the meantime. This module limits how deep that may go. `offer`
//! offers the record to observers, and `again` makes a second line of it, in
//! another format.

mod again;
mod encode;
pub(crate) mod offer;
pub(crate) mod report;

use std::cell::Cell;

use crate::{
    clock::Timestamp,
    context::Owner,
    format::Format,
    json::cursor::Cursor,
    level::Level,
    line::{self, Line},
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

/// Makes and writes the line of a record, if it passes the filter, and offers
/// the record to observers. For an event, the filter was checked before its
/// values were made.
#[expect(clippy::inline_always, reason = "so that no record is built in memory")]
#[inline(always)]
pub(crate) fn dispatch(record: &Record<'_>, owner: &Owner) {
    let Some(output) = owner.output() else { return };
    if !output.is_plain {
        beside(*record, owner, output);
    } else if passes(record, output) {
        match Depth::enter() {
            Some(_depth) => {
                let line = line::write(memory(), record, &output.style);
                hand_over(&line.text, record, output);
                keep(line.text);
            }
            None => too_deep(record.level, record.time, output),
        }
    }
}

/// Does the same where there are observers, or where lines have another format.
/// It is a function of its own, so that nothing is kept for them where there
/// are none.
#[cold]
#[inline(never)]
fn beside(record: Record<'_>, owner: &Owner, output: &Output) {
    if !passes(&record, output) {
        return offer::unwritten(&record, owner, output);
    }
    let Some(depth) = Depth::enter() else {
        too_deep(record.level, record.time, output);
        return offer::unwritten(&record, owner, output);
    };
    if output.observers.is_empty() {
        let line = encode::formatted(memory(), &record, owner.trace(), &output.style);
        hand_over(&line, &record, output);
        return keep(line);
    }
    let line = line::write(memory(), &record, &output.style);
    hand_over_observed(&line, &record, owner, output);
    drop(depth);
    offer::written(&line, &record, owner, output);
    keep(line.text);
}

/// Hands over a record whose line observers read. If lines have another format,
/// one more is made of what stands on it.
fn hand_over_observed(line: &Line, record: &Record<'_>, owner: &Owner, output: &Output) {
    if output.style.format == Format::Json {
        return hand_over(&line.text, record, output);
    }
    if let Some(line) = encode::read_back(Cursor::NONE, line, record, &output.style) {
        return hand_over(&line, record, output);
    }
    again::with(line, record, |record| {
        let line = encode::formatted(Cursor::NONE, record, owner.trace(), &output.style);
        hand_over(&line, record, output);
    });
}

#[cold]
fn too_deep(level: Level, time: Timestamp, output: &Output) {
    output.writer.dropped(Cause::Nested, level, time);
}

/// Returns the thread's memory for a line, to be given to [`keep`] afterwards.
#[inline]
fn memory() -> Cursor {
    // An ending thread has none.
    LINE.try_with(Cell::take).unwrap_or_default()
}

/// Hands over the line of a record.
#[expect(clippy::inline_always, reason = "so that no record is built in memory")]
#[inline(always)]
fn hand_over(line: &Cursor, record: &Record<'_>, output: &Output) {
    // Copied, because a borrowed record would be kept in memory.
    let (level, time) = (record.level, record.time);
    let is_important = level >= Level::Warn || record.kind().is_outermost();
    output.writer.write(Batch::line(line.text(), &level, time, is_important));
}

/// Keeps the memory of a line for the next one.
#[inline]
fn keep(mut line: Cursor) {
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
