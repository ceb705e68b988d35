//! Takes a record to the writer: filters it, has its line made, and hands that
//! over.
//!
//! The line is made in a buffer of the thread, outside every lock, and handed
//! over in one piece. A value that logs while it is formatted makes a line of
//! its own in the meantime. This module limits how deep that may go.

pub(crate) mod report;

use std::cell::{Cell, RefCell};

use crate::{
    context::Owner,
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
    /// Not a `Buffer`, because taking and returning one costs time ("line
    /// buffer" in `docs/speed-notes.md`).
    static LINE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Makes and writes the line of a record, if it passes the filter. For an
/// event, the filter was checked before its values were made.
pub(crate) fn dispatch(record: &Record<'_>, owner: &Owner) {
    let Some(output) = owner.output() else { return };
    if !passes(record, output) {
        return;
    }
    let Some(_depth) = Depth::enter() else {
        return output.writer.dropped(Cause::Nested, record.level, record.time);
    };
    with_buffer(|bytes| {
        line::write(bytes, record, &output.style);
        output.writer.write(finished(bytes, record));
    });
}

fn passes(record: &Record<'_>, output: &Output) -> bool {
    match (&record.what, record.origin) {
        (What::Closing(_, verdict), Origin::Callsite(callsite)) => {
            callsite.passes(output, record.level) && verdict.is_wanted
        }
        (What::Event(_), _) | (_, Origin::Foreign(_)) => true,
    }
}

fn finished<'a>(bytes: &'a [u8], record: &'a Record<'_>) -> Batch<'a> {
    let is_important = record.level >= Level::Warn || record.kind().is_outermost();
    Batch::line(bytes, &record.level, record.time, is_important)
}

/// Calls `make` with an empty buffer: the thread's, or a new one if that is in
/// use or already destroyed.
fn with_buffer(mut make: impl FnMut(&mut Vec<u8>)) {
    let used = LINE.try_with(|line| {
        let mut line = line.try_borrow_mut().ok()?;
        line.clear();
        make(&mut line);
        if line.capacity() > MOST_KEPT {
            *line = Vec::new();
        }
        Some(())
    });
    // Inside another line, or on a thread that is ending.
    if used.ok().flatten().is_none() {
        make(&mut Vec::new());
    }
}

/// Counts a line while it is being made.
struct Depth;

impl Depth {
    fn enter() -> Option<Self> {
        let depth = DEPTH.get();
        (depth < MOST_DEPTH).then(|| {
            DEPTH.set(depth + 1);
            Self
        })
    }
}

impl Drop for Depth {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
    }
}
