//! The two ends joined: a record comes in, a line goes out.
//!
//! The line is made in a buffer of the thread's, outside every lock, and
//! then handed over whole. A value that logs while it is being formatted
//! makes a line of its own meanwhile; how deep that may go is bounded here.

pub(crate) mod report;

use std::cell::{Cell, RefCell};

use crate::{
    level::Level,
    line,
    output::Output,
    record::Record,
    writer::{Cause, Line},
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

/// Writes the line for a record.
pub(crate) fn submit(record: &Record<'_>, output: &Output) {
    let Some(_depth) = Depth::enter() else {
        return output.writer.dropped(Cause::Nested, record.level, record.time);
    };
    let written = LINE.try_with(|line| {
        let mut line = line.try_borrow_mut().ok()?;
        line.clear();
        write(&mut line, record, output);
        if line.capacity() > MOST_KEPT {
            *line = Vec::new();
        }
        Some(())
    });
    // Inside another line, or on a thread that is ending.
    if written.ok().flatten().is_none() {
        write(&mut Vec::new(), record, output);
    }
}

fn write(bytes: &mut Vec<u8>, record: &Record<'_>, output: &Output) {
    line::write(bytes, record, &output.style);
    let is_important = record.level >= Level::Warn || record.kind().is_outermost();
    let (level, time) = (record.level, record.time);
    output.writer.write(Line { bytes, level, time, is_important });
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
