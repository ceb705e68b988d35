//! Takes a record to the writer: filters it, has its line made, and hands that
//! over.
//!
//! The line is made in a buffer of the thread, outside every lock, and handed
//! over in one piece. A value that logs while it is formatted makes a line of
//! its own in the meantime. `memory` limits how deep that may go. `offer`
//! offers the record to observers. If the output has detail, `way` decides
//! which lines are held by their request instead, and `held` writes those at its
//! end. `made` has the line in the format of the output: `encode` makes it, and
//! `again` makes a second one where observers read a native line.

mod again;
mod encode;
mod held;
mod made;
mod memory;
pub(crate) mod offer;
pub(crate) mod report;
mod way;

pub(crate) use self::held::write_what_is_held;
use self::{
    made::Made,
    memory::{Depth, keep},
    way::Way,
};
use crate::{
    clock::Timestamp,
    context::Owner,
    detail::Ended,
    level::Level,
    line,
    output::Output,
    record::{Origin, Record, What},
    writer::{Batch, Cause},
};

/// Makes and writes the line of a record, if it passes the filter, and offers
/// the record to observers. For an event, the filter was checked before its
/// values were made.
#[expect(clippy::inline_always, reason = "so that no record is built in memory")]
#[inline(always)]
pub(crate) fn dispatch(record: &Record<'_>, owner: &Owner) {
    let Some(output) = owner.output() else { return };
    if output.is_plain() {
        dispatch_plain(record, output);
    } else {
        considered(*record, owner, output);
    }
}

/// Does the same for the current trace, where a line is all that is made of a
/// record.
#[expect(clippy::inline_always, reason = "so that no record is built in memory")]
#[inline(always)]
pub(crate) fn dispatch_here(record: &Record<'_>, output: &Output) {
    if output.is_plain() {
        dispatch_plain(record, output);
    } else {
        held_here(*record, output);
    }
}

/// Does the same where requests may hold lines.
#[cold]
#[inline(never)]
fn held_here(record: Record<'_>, output: &Output) {
    let way = way::here(&record, output);
    let depth = if way == Way::Nowhere { None } else { entered(&record, output) };
    let Some(_depth) = depth else { return };
    let line = line::native(memory::take(), &record, &output.style);
    if way == Way::ToRequest {
        held::hold_here(line.text(), &record, output);
    } else {
        hand_over(line.text(), &record, output);
    }
    keep(line);
}

/// Does the same where lines only have to pass the filter.
#[expect(clippy::inline_always, reason = "so that no record is built in memory")]
#[inline(always)]
fn dispatch_plain(record: &Record<'_>, output: &Output) {
    if passes(record, output) {
        match Depth::enter() {
            Some(_depth) => {
                let line = line::write(memory::take(), record, &output.style);
                hand_over(line.text.text(), record, output);
                keep(line.text);
            }
            None => too_deep(record.level, record.time, output),
        }
    }
}

/// Does the same where there are observers or detail, or where lines have
/// another format. It is a function of its own, so that nothing is kept for them
/// where there are none.
#[cold]
#[inline(never)]
fn considered(record: Record<'_>, owner: &Owner, output: &Output) {
    take(record, way::of(&record, owner.trace(), output), owner, output);
}

/// Writes the line of a record without asking any filter.
pub(crate) fn dispatch_at_once(record: Record<'_>, owner: &Owner) {
    let Some(output) = owner.output() else { return };
    way::note(&record, owner.trace(), output);
    take(record, Way::ToWriter, owner, output);
}

/// Takes a record its way.
fn take(record: Record<'_>, way: Way, owner: &Owner, output: &Output) {
    let depth = if way == Way::Nowhere { None } else { entered(&record, output) };
    let Some(depth) = depth else { return offer::unwritten(&record, owner, output) };
    let (made, is_held) = (Made::of(&record, owner, output), way == Way::ToRequest);
    if is_held {
        held::hold(made.text(), &record, owner.trace(), output);
    } else {
        hand_over(made.text(), &record, output);
    }
    drop(depth);
    offered(made, is_held, &record, owner, output);
}

/// Writes the line of a request whose detail has ended, and what is kept of that
/// right before it.
pub(crate) fn dispatch_request(record: Record<'_>, ended: Ended, owner: &Owner) {
    let Some(output) = owner.output() else { return };
    let is_written = way::is_request_written(&record, &ended, output);
    let depth = if is_written { entered(&record, output) } else { None };
    let made = depth.as_ref().map(|_| Made::of(&record, owner, output));
    held::write(ended, made.as_ref().map(Made::text), &record, output);
    drop(depth);
    match made {
        None => offer::unwritten(&record, owner, output),
        Some(made) => offered(made, false, &record, owner, output),
    }
}

/// Offers a record whose line was made, and keeps the memory of that.
fn offered(made: Made, is_held: bool, record: &Record<'_>, owner: &Owner, output: &Output) {
    if let Some(line) = made.native() {
        offer::written(line, record, is_held, owner, output);
    }
    made.keep();
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

/// Hands over the line of a record.
#[expect(clippy::inline_always, reason = "so that no record is built in memory")]
#[inline(always)]
fn hand_over(line: &[u8], record: &Record<'_>, output: &Output) {
    // Copied, because a borrowed record would be kept in memory.
    let (level, time) = (record.level, record.time);
    let is_important = level >= Level::Warn || record.kind().is_outermost();
    output.writer.write(Batch::line(line, &level, time, is_important));
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
