//! An event that passed the filter, or is held as detail of its request.

use super::{Text, Trace, TraceFacts, fields::Fields};
use crate::{id::SpanId, level::Level};

/// An event that passed the filter, or is [held](Self::is_held): a line of
/// [`info!`](crate::info!), of its sisters, or of the panic hook.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a>(EventFacts<'a>);

/// What [`Event`] shows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct EventFacts<'a> {
    pub(crate) unix_ns: u64,
    pub(crate) level: Level,
    pub(crate) target: &'a str,
    pub(crate) location: Option<(&'a str, u32)>,
    pub(crate) is_held: bool,
    /// The member `,"message":"…"`.
    pub(crate) message: &'a [u8],
    pub(crate) fields: &'a [u8],
    pub(crate) trace: Option<TraceFacts<'a>>,
    pub(crate) span_id: Option<SpanId>,
}

impl<'a> Event<'a> {
    pub(crate) fn new(facts: EventFacts<'a>) -> Self {
        Self(facts)
    }

    /// Returns when it was logged, in nanoseconds since 1970-01-01 UTC.
    pub fn unix_ns(&self) -> u64 {
        self.0.unix_ns
    }

    /// Returns its level.
    pub fn level(&self) -> Level {
        self.0.level
    }

    /// Returns the module that logged it, or the target that replaces it.
    pub fn target(&self) -> &'a str {
        self.0.target
    }

    /// Returns the file and the line in the code, if they are known.
    pub fn location(&self) -> Option<(&'a str, u32)> {
        self.0.location
    }

    /// Returns whether its line was not written at once, but is held with its
    /// request as [detail](crate::Detail): it may never be written.
    pub fn is_held(&self) -> bool {
        self.0.is_held
    }

    /// Returns its message.
    pub fn message(&self) -> Text<'a> {
        let member = Fields::of_members(self.0.message).next();
        match member {
            Some((_, super::FieldValue::Text(text))) => text,
            Some(_) | None => Text::default(),
        }
    }

    /// Returns its fields, and those that its trace carries.
    pub fn fields(&self) -> Fields<'a> {
        Fields::of_members(self.0.fields)
    }

    /// Returns its trace, if it was logged in one.
    pub fn trace(&self) -> Option<Trace<'a>> {
        self.0.trace.map(Trace::new)
    }

    /// Returns the span of the request or step that it was logged in, if any.
    pub fn span_id(&self) -> Option<SpanId> {
        self.0.span_id
    }
}
