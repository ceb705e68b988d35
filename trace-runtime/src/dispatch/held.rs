//! Hands lines to the request that holds them, and what is kept of those to the
//! writer.

use crate::{
    context::Owner,
    detail::{self, Ended, Lines, Pushed},
    output::Output,
    record::Record,
    writer::Batch,
};

/// Has a line held by its request. If that has ended and its detail was kept,
/// writes the line.
pub(super) fn hold(line: &[u8], record: &Record<'_>, owner: &Owner, output: &Output) {
    let (Some(trace), Some(detail)) = (owner.trace(), &output.detail) else { return };
    let held = held(line, record);
    if trace.detail.push(&held, detail) == Pushed::Write {
        output.writer.write(Batch::line(held.bytes, &held.level, held.time, false));
    }
}

/// Writes what is kept of the detail of a request, and the line of the request
/// right behind it, so that no other line comes between.
pub(super) fn write(ended: Ended, line: Option<&[u8]>, record: &Record<'_>, output: &Output) {
    let mut last = line.map(|line| held(line, record));
    ended.write(|lines| {
        last = last.take().filter(|last| !lines.push_last(last));
        write_all(lines, output);
    });
    if let Some(last) = last {
        output.writer.write(Batch::line(last.bytes, &last.level, last.time, true));
    }
}

/// Writes what the current request holds, because the process ends before it
/// does.
pub(crate) fn write_what_is_held(owner: &Owner) {
    if let (Some(trace), Some(output)) = (owner.trace(), owner.output()) {
        trace.detail.take_now().write(|lines| write_all(lines, output));
    }
}

fn write_all(lines: &Lines, output: &Output) {
    if let Some(times) = lines.times() {
        let (bytes, levels) = (lines.bytes(), lines.levels());
        output.writer.write(Batch { bytes, levels, times, is_important: true });
    }
}

fn held<'a>(line: &'a [u8], record: &Record<'_>) -> detail::Line<'a> {
    detail::Line { bytes: line, level: record.level, time: record.time }
}
