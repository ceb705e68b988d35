//! Events: the lines that `info!` and the other event macros write.

pub(crate) mod dynamic;
pub(crate) mod enabled;
pub(crate) mod late;

use std::fmt;

use crate::{
    callsite::Callsite,
    clock::Timestamp,
    context::Context,
    dispatch,
    field::value::Value,
    filter,
    level::Level,
    output::Output,
    record::{Fields, Message, Origin, Record, What},
};

/// Returns the event, unless it is filtered out.
#[inline]
pub fn event(callsite: &'static Callsite) -> Option<Event<'static>> {
    event_at(callsite, callsite.facts.level)
}

/// Returns the event at a level known only at run time, unless it is filtered
/// out.
#[inline]
pub fn event_at(callsite: &'static Callsite, level: Level) -> Option<Event<'static>> {
    // An event below the filter costs only this load and branch.
    if filter::may_pass(level) { Event::new(Origin::Callsite(callsite), level) } else { None }
}

/// An event that passed the filter.
pub struct Event<'a> {
    origin: Origin<'a>,
    level: Level,
    context: Context,
}

/// Returns an event that passes any filter but `off`.
pub(crate) fn unless_off(callsite: &'static Callsite) -> Option<Event<'static>> {
    let context = Context::current();
    context.output().filter(|output| !output.is_off())?;
    Some(Event { origin: Origin::Callsite(callsite), level: callsite.facts.level, context })
}

impl<'a> Event<'a> {
    /// Returns whether it goes to a sink of user code.
    pub(crate) fn is_for_foreign_sink(&self) -> bool {
        self.context.output().is_some_and(Output::is_foreign)
    }

    fn new(origin: Origin<'a>, level: Level) -> Option<Self> {
        let context = Context::current();
        let passes = origin.threshold(context.output()?).passes(level);
        passes.then_some(Self { origin, level, context })
    }

    /// Writes an event whose message is constant.
    pub fn write(&self, values: &[Value<'_>]) {
        let message = match self.origin {
            Origin::Callsite(callsite) => callsite.facts.text.message.unwrap_or_default(),
            Origin::Foreign(_) => "",
        };
        self.submit(Message::Constant(message), Fields::Values(values));
    }

    /// Writes an event with a message to be formatted.
    pub fn write_with(&self, message: fmt::Arguments<'_>, values: &[Value<'_>]) {
        self.submit(Message::Format(message), Fields::Values(values));
    }

    fn submit(&self, message: Message<'_>, fields: Fields<'_>) {
        let Self { origin, level, ref context } = *self;
        let (time, ids, what) = (Timestamp::now(), context.ids(), What::Event(message));
        let carried = context.carried();
        dispatch::dispatch(
            &Record { time, level, ids, origin, what, fields, carried },
            &context.owner,
        );
    }
}

impl fmt::Debug for Event<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Event").field("level", &self.level).finish_non_exhaustive()
    }
}
