//! Writes the tail of a line: static fields, the place in the code, and the
//! mark of a line that was cut.

use super::{encoder::Encoder, keys};
use crate::{
    callsite::LineKind,
    field::{carried, causes},
    json::{members, number},
    output::{StaticField, Style},
    record::{Fields, Origin, Record},
};

impl Encoder<'_> {
    pub(super) fn tail(&mut self, record: &Record<'_>, fields: usize) {
        let style = self.style;
        for field in &style.static_fields {
            let is_at_run_time = matches!(record.fields, Fields::Named(_));
            let is_carried = (record.carried.is_some() || is_at_run_time)
                && self.buf.get(fields..).is_some_and(|said| members::contain(said, &field.key));
            if !is_carried && !is_said(record, field) {
                self.bytes(&field.key);
                self.bytes(&field.value);
            }
        }
        if style.location {
            self.location(record.origin);
        }
        self.raw(if self.cut { keys::TRUNCATED_END } else { "}\n" });
    }

    fn location(&mut self, origin: Origin<'_>) {
        let Some((file, line)) = location_of(origin) else { return };
        self.raw(keys::FILE);
        let fit = self.text(keys::MOST_NAME, |to| to.push(file));
        self.note(fit);
        self.raw(keys::LINE);
        number::push_u64(self.buf, line.into());
    }
}

fn location_of(origin: Origin<'_>) -> Option<(&str, u32)> {
    match origin {
        Origin::Callsite(callsite) => {
            let facts = &callsite.facts;
            (!facts.file.is_empty()).then_some((facts.file, facts.line))
        }
        Origin::Foreign(from) => from.location,
    }
}

/// Returns whether a line has the key of a static field itself.
fn is_said(record: &Record<'_>, field: &StaticField) -> bool {
    let kind = match record.kind() {
        LineKind::Event => 0,
        LineKind::Step => 1,
        LineKind::Request | LineKind::Job => 2,
    };
    if field.gives_way[kind] {
        return true;
    }
    match (record.origin, &record.fields) {
        // Looked for among what was written.
        (_, Fields::Named(_)) => false,
        (_, Fields::Encoded(members, _)) => members::contain(members, &field.key),
        (Origin::Callsite(callsite), Fields::Values(values)) => {
            let mut fields = callsite.facts.text.keys.iter().zip(*values);
            fields.any(|(key, value)| {
                !value.is_absent() && key.as_bytes().eq_ignore_ascii_case(&field.key)
                    || value.caused().is_some()
                        && causes::key(key.as_bytes()).eq_ignore_ascii_case(&field.key)
            })
        }
        (Origin::Foreign(_), Fields::Values(_)) => false,
    }
}

/// Returns the most room that the end of a line needs.
pub(super) fn room(record: &Record<'_>, style: &Style) -> usize {
    let statics: usize = style.static_fields.iter().map(StaticField::len).sum();
    let location = if style.location && location_of(record.origin).is_some() {
        keys::MOST_LOCATION
    } else {
        0
    };
    let carried = if record.carried.is_some() { carried::MOST } else { 0 };
    carried + statics + location + keys::TRUNCATED_END.len()
}
