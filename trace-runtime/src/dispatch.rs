//! The two ends joined: a record comes in, a line goes out.
//!
//! The line is made in a buffer of the thread's, outside of every lock, and
//! then handed over whole. A value that logs while it is being formatted
//! makes a line of its own meanwhile; how deep that may go is bounded here.

use std::cell::Cell;

use crate::{
    Level,
    buffer::Buffer,
    callsite::Kind,
    line,
    output::Output,
    record::Record,
    writer::{Cause, Line},
};

/// How many lines may be in the making on one thread, each inside another.
const MOST_DEPTH: u8 = 4;

thread_local! {
    static DEPTH: Cell<u8> = const { Cell::new(0) };
}

/// Writes the line for a record.
pub(crate) fn submit(record: &Record<'_>, output: &Output) {
    let Some(_depth) = Depth::enter() else {
        return output.writer.dropped(Cause::Nested, record.level, record.time);
    };
    let mut buf = Buffer::default();
    line::write(buf.vec(), record, &output.style);
    let is_important = record.level >= Level::Warn || record.kind() == Kind::Request;
    let (bytes, level, time) = (&*buf, record.level, record.time);
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
