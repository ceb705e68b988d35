//! Writes the tail of a line: static fields, the place in the code, and the
//! mark of a line that was cut.

#![expect(clippy::inline_always, reason = "a borrowed cursor would be kept in memory")]

use super::{encoder::Encoder, keys};
use crate::{
    callsite::LineKind,
    field::{carried, causes},
    json::{members, number},
    output::{StaticField, Style},
    record::{Fields, Origin, Record},
};

impl Encoder<'_> {
    /// Ends a line. Its own fields begin at `fields`.
    #[inline(always)]
    pub(super) fn tail(&mut self, record: &Record<'_>, fields: usize) {
        if !self.style.static_fields.is_empty() {
            let is_said = record.carried.is_some() || matches!(record.fields, Fields::Named(_));
            let own = Own::of(record, is_said.then_some(fields));
            self.aside(move |line| line.static_fields(own));
        }
        if self.style.location {
            let origin = record.origin;
            self.aside(move |line| line.location(origin));
        }
        self.raw(if self.cut { keys::TRUNCATED_END } else { "}\n" });
    }

    fn static_fields(&mut self, own: Own<'_>) {
        for field in &self.style.static_fields {
            let is_said = own.said_from.is_some_and(|from| {
                let said = self.to.text().get(from..).unwrap_or_default();
                members::contain(said, &field.key)
            });
            if !is_said && !own.say(field) {
                self.bytes(&field.key);
                self.bytes(&field.value);
            }
        }
    }

    fn location(&mut self, origin: Origin<'_>) {
        let Some((file, line)) = origin.location() else { return };
        self.raw(keys::FILE);
        self.text(keys::MOST_NAME, |to| to.push(file));
        self.raw(keys::LINE);
        number::push_u64(&mut self.to, line.into());
    }
}

/// The data of a line that static fields give way to.
#[derive(Clone, Copy)]
pub(super) struct Own<'a> {
    kind: LineKind,
    origin: Origin<'a>,
    fields: Fields<'a>,
    /// Where the fields begin, if they have to be looked for on the line: those
    /// that are carried, and those whose keys are known only at run time.
    said_from: Option<usize>,
}

impl<'a> Own<'a> {
    #[inline(always)]
    pub(super) fn of(record: &Record<'a>, said_from: Option<usize>) -> Self {
        Self { kind: record.kind(), origin: record.origin, fields: record.fields, said_from }
    }

    /// Returns whether a line has the key of a static field itself.
    fn say(&self, field: &StaticField) -> bool {
        let kind = match self.kind {
            LineKind::Event => 0,
            LineKind::Step => 1,
            LineKind::Request | LineKind::Job => 2,
        };
        field.gives_way[kind] || self.fields_say(&field.key)
    }

    /// Returns whether one of the line's fields has this key.
    pub(super) fn fields_say(&self, wanted: &[u8]) -> bool {
        match (self.origin, self.fields) {
            (_, Fields::Encoded(members, _)) => members::contain(members, wanted),
            (Origin::Callsite(callsite), Fields::Values(values)) => {
                let mut fields = callsite.facts.text.keys.iter().zip(values);
                fields.any(|(key, value)| {
                    !value.is_absent() && key.as_bytes().eq_ignore_ascii_case(wanted)
                        || value.caused().is_some()
                            && causes::key(key.as_bytes()).eq_ignore_ascii_case(wanted)
                })
            }
            // Looked for among what was written.
            (_, Fields::Named(_)) | (Origin::Foreign(_), Fields::Values(_)) => false,
        }
    }
}

/// Returns the most room that the end of a line needs.
#[inline(always)]
pub(super) fn room(record: &Record<'_>, style: &Style) -> usize {
    let truncated = keys::TRUNCATED_END.len();
    if record.carried.is_none() && style.static_fields.is_empty() && !style.location {
        return truncated;
    }
    truncated + room_before_end(record.origin, record.carried.is_some(), style)
}

#[inline(never)]
fn room_before_end(origin: Origin<'_>, is_carried: bool, style: &Style) -> usize {
    let statics: usize = style.static_fields.iter().map(StaticField::len).sum();
    let has_location = style.location && origin.location().is_some();
    let location = if has_location { keys::MOST_LOCATION } else { 0 };
    let carried = if is_carried { carried::MOST } else { 0 };
    carried + statics + location
}
