//! The two ends joined: a record comes in, a line goes out.
//!
//! The line is made in a buffer of the thread's, outside every lock, and
//! then handed over whole. A value that logs while it is being formatted
//! makes a line of its own meanwhile; how deep that may go is bounded here.

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

/// How many lines may be in the making on one thread, each inside another.
const MOST_DEPTH: u8 = 4;

/// How much memory a thread keeps for its next line.
const MOST_KEPT: usize = 64 * 1024;

thread_local! {
    static DEPTH: Cell<u8> = const { Cell::new(0) };
    /// Not a `Buffer`: to take one of those and to give it back takes 6 ns.
    static LINE: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Has a line made of a record, for whom it belongs to: the whole way from facts
/// to the writer. An event has been asked for before its values were made.
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

/// Calls `make` with an empty buffer: the thread's, unless that is in use or gone.
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

/// One line in the making, counted.
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
