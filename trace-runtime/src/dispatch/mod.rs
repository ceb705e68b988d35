//! Takes a record to the writer: filters it, has its line made, and hands that
//! over.
//!
//! The line is made in a buffer of the thread, outside every lock, and handed
//! over in one piece. A value that logs while it is formatted makes a line of
//! its own in the meantime. This module limits how deep that may go. `offer`
//! offers the record to observers. If the output has detail, `way` decides
//! which lines are held by their request instead, and `held` writes those at its
//! end.

mod held;
pub(crate) mod offer;
pub(crate) mod report;
mod way;

use std::cell::Cell;

pub(crate) use self::held::write_what_is_held;
use self::way::Way;
use crate::{
    clock::Timestamp,
    context::Owner,
    detail::Ended,
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
    if !output.is_plain() {
        considered(*record, owner, output);
    } else if passes(record, output) {
        match Depth::enter() {
            Some(_depth) => keep(hand_over(record, output).text),
            None => too_deep(record.level, record.time, output),
        }
    }
}

/// Does the same where there are observers or detail. It is a function of its
/// own, so that nothing is kept for them where there are none.
#[cold]
#[inline(never)]
fn considered(record: Record<'_>, owner: &Owner, output: &Output) {
    take(record, way::of(&record, owner, output), owner, output);
}

/// Writes the line of a record without asking any filter.
pub(crate) fn dispatch_at_once(record: Record<'_>, owner: &Owner) {
    let Some(output) = owner.output() else { return };
    way::note(&record, owner, output);
    take(record, Way::ToWriter, owner, output);
}

/// Takes a record its way.
fn take(record: Record<'_>, way: Way, owner: &Owner, output: &Output) {
    let depth = if way == Way::Nowhere { None } else { entered(&record, output) };
    let Some(depth) = depth else { return offer::unwritten(&record, owner, output) };
    let line = if way == Way::ToRequest {
        let line = make(&record, output);
        held::hold(&line, &record, owner, output);
        line
    } else {
        hand_over(&record, output)
    };
    drop(depth);
    offer::written(&line, &record, way == Way::ToRequest, owner, output);
    keep(line.text);
}

/// Writes the line of a request whose detail has ended, and what is kept of that
/// right before it.
pub(crate) fn dispatch_request(record: Record<'_>, ended: Ended, owner: &Owner) {
    let Some(output) = owner.output() else { return };
    let is_written = way::is_request_written(&record, &ended, output);
    let depth = if is_written { entered(&record, output) } else { None };
    let line = depth.as_ref().map(|_| make(&record, output));
    held::write(ended, line.as_ref(), &record, output);
    drop(depth);
    match line {
        None => offer::unwritten(&record, owner, output),
        Some(line) => {
            offer::written(&line, &record, false, owner, output);
            keep(line.text);
        }
    }
}

/// Counts a line that begins to be made, unless it is too deep inside others.
fn entered(record: &Record<'_>, output: &Output) -> Option<Depth> {
    let depth = Depth::enter();
    if depth.is_none() {
        too_deep(record.level, record.time, output);
    }
    depth
}

#[cold]
fn too_deep(level: Level, time: Timestamp, output: &Output) {
    output.writer.dropped(Cause::Nested, level, time);
}

/// Makes the line of a record and hands it over. Its memory should be kept
/// afterwards.
#[expect(clippy::inline_always, reason = "so that no record is built in memory")]
#[inline(always)]
fn hand_over(record: &Record<'_>, output: &Output) -> Line {
    // An ending thread has none.
    let memory = LINE.try_with(Cell::take).unwrap_or_default();
    let line = line::write(memory, record, &output.style);
    // Copied, because a borrowed record would be kept in memory.
    let (level, time) = (record.level, record.time);
    let is_important = level >= Level::Warn || record.kind().is_outermost();
    output.writer.write(Batch::line(line.text.text(), &level, time, is_important));
    line
}

/// Makes the line of a record. It is not inlined, for the less frequent ways.
#[inline(never)]
fn make(record: &Record<'_>, output: &Output) -> Line {
    let memory = LINE.try_with(Cell::take).unwrap_or_default();
    line::write(memory, record, &output.style)
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
