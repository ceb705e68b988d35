//! Events: the lines that `info!` and the other event macros write.

pub(crate) mod dynamic;
pub(crate) mod enabled;
pub(crate) mod late;

use std::fmt;

use crate::{
    callsite::Callsite,
    clock::Timestamp,
    context::{Context, Copied, here, store},
    dispatch,
    field::value::Value,
    filter::{self, Thresholds},
    level::Level,
    output::{self, Output},
    record::{Fields, Message, Origin, Record, What},
};

/// Returns the event, unless it is filtered out.
#[inline]
pub fn event(callsite: &'static Callsite) -> Option<Event> {
    event_at(callsite, callsite.facts.level)
}

/// Returns the event at a level known only at run time, unless it is filtered
/// out.
#[inline]
pub fn event_at(callsite: &'static Callsite, level: Level) -> Option<Event> {
    // An event below the filter costs only this load and branch.
    if filter::may_pass(level) { Event::new(callsite, level) } else { None }
}

/// An event that passed the filter. It fits into two registers and needs no
/// drop.
#[derive(Clone, Copy, Debug)]
pub struct Event {
    callsite: &'static Callsite,
    level: Level,
}

impl Event {
    #[inline(never)]
    fn new(callsite: &'static Callsite, level: Level) -> Option<Self> {
        let passes = store::thresholds(callsite)?.pass(level, store::takes_detail);
        passes.then_some(Self { callsite, level })
    }

    /// Writes an event whose message is constant.
    pub fn write(self, values: &[Value<'_>]) {
        let message = self.callsite.facts.text.message.unwrap_or_default();
        let (origin, message) = (Origin::Callsite(self.callsite), Message::Constant(message));
        submit(self.level, origin, message, Fields::Values(values));
    }

    /// Writes an event with a message to be formatted.
    pub fn write_with(self, message: fmt::Arguments<'_>, values: &[Value<'_>]) {
        let (origin, message) = (Origin::Callsite(self.callsite), Message::Format(message));
        submit_any(self.level, origin, message, Fields::Values(values));
    }
}

/// Writes an event at once, without asking any filter.
pub(crate) fn write_at_once(
    callsite: &'static Callsite,
    message: fmt::Arguments<'_>,
    values: &[Value<'_>],
) {
    let (origin, message) = (Origin::Callsite(callsite), Message::Format(message));
    let here = Context::current();
    let record = record(callsite.facts.level, origin, message, Fields::Values(values), &here);
    dispatch::dispatch_at_once(record, &here.owner);
}

/// Returns whether an event passes the filter of the current output, or would be
/// held.
#[inline]
fn passes(level: Level, thresholds: impl FnOnce(&Output) -> Thresholds) -> bool {
    let thresholds = store::with_output(thresholds);
    thresholds.is_some_and(|thresholds| thresholds.pass(level, store::takes_detail))
}

/// Makes the line of an event that passed the filter.
#[expect(clippy::inline_always, reason = "so that no record is built in memory")]
#[inline(always)]
fn submit(level: Level, origin: Origin<'_>, message: Message<'_>, fields: Fields<'_>) {
    let native = output::process_for_line().filter(|output| output.is_native());
    let mut here = Copied::default();
    let Some(output) = native.filter(|_| here::copy(&mut here)) else {
        return submit_with_context(level, origin, message, fields);
    };
    let (time, ids, what) = (Timestamp::now(), here.ids(), What::Event(message));
    let (carried, around) = (None, None);
    let record = Record { time, level, ids, origin, what, fields, carried, around };
    dispatch::dispatch_here(&record, output);
}

#[expect(clippy::inline_always, reason = "so that no record is built in memory")]
#[inline(always)]
fn record<'a>(
    level: Level,
    origin: Origin<'a>,
    message: Message<'a>,
    fields: Fields<'a>,
    here: &'a Context,
) -> Record<'a> {
    let (time, ids, what) = (Timestamp::now(), here.ids(), What::Event(message));
    let (carried, around) = (here.carried(), None);
    Record { time, level, ids, origin, what, fields, carried, around }
}

/// Does the same without inlining, for the less frequent kinds of events.
#[inline(never)]
pub(crate) fn submit_any(
    level: Level,
    origin: Origin<'_>,
    message: Message<'_>,
    fields: Fields<'_>,
) {
    submit(level, origin, message, fields);
}

/// Does the same with a copy of the whole context.
#[cold]
#[inline(never)]
fn submit_with_context(level: Level, origin: Origin<'_>, message: Message<'_>, fields: Fields<'_>) {
    submit_of(&Context::current(), level, origin, message, fields);
}

/// Makes the line of an event of any context. Neither the sink nor an observer
/// runs in that context.
pub(crate) fn submit_of(
    context: &Context,
    level: Level,
    origin: Origin<'_>,
    message: Message<'_>,
    fields: Fields<'_>,
) {
    dispatch::dispatch(&record(level, origin, message, fields, context), &context.owner);
}
