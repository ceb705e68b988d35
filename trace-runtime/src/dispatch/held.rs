//! Hands lines to the request that holds them, and what is kept of those to the
//! writer.

use crate::{
    context::{Context, Owner, Trace, here, open},
    detail::{self, Ended, Lines, Pushed},
    output::Output,
    record::Record,
    writer::Batch,
};

/// Hands a line to the current trace.
pub(super) fn hold_here(line: &[u8], record: &Record<'_>, output: &Output) {
    let held = held(line, record);
    let pushed = match here::look(|here| push(&held, here.trace(), output)) {
        Some(pushed) => pushed,
        // A value of the line has left a step entered.
        None => push(&held, Context::current().owner.trace(), output),
    };
    write_if(pushed, &held, output);
}

/// Has a line held by its request. If that has ended and its detail was kept,
/// writes the line.
pub(super) fn hold(line: &[u8], record: &Record<'_>, trace: Option<&Trace>, output: &Output) {
    let held = held(line, record);
    write_if(push(&held, trace, output), &held, output);
}

fn push(line: &detail::Line<'_>, trace: Option<&Trace>, output: &Output) -> Option<Pushed> {
    Some(trace?.detail.push(line, output.detail.as_ref()?))
}

fn write_if(pushed: Option<Pushed>, line: &detail::Line<'_>, output: &Output) {
    if pushed == Some(Pushed::Write) {
        output.writer.write(Batch::line(line.bytes, &line.level, line.time, false));
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

/// Writes what open requests hold, that of `owner` last, because the process ends
/// before they do. Does not wait for other threads.
pub(crate) fn write_what_is_held(owner: &Owner) {
    let Some(output) = owner.output().filter(|output| output.detail.is_some()) else { return };
    let others = open::seen_now(owner).into_iter().filter(|other| !other.is(owner));
    for owner in others.chain([owner.clone()]) {
        if let Some(trace) = owner.trace() {
            trace.detail.take_now().write(|lines| write_all(lines, output));
        }
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
