//! Writes the tail of a line with the names of a format: static fields, the
//! place in the code, and the mark of a line that was cut.

use super::{
    fields::{CARRIED_GROWTH, Seen},
    table::Place,
};
use crate::{
    callsite::LineKind,
    field::carried,
    json::{members, number},
    line::{encoder::Encoder, keys, tail::Own},
    output::{Constant, Style},
    record::{Fields, Origin, Record},
};

impl Encoder<'_> {
    /// Ends a line.
    pub(super) fn tail_in(&mut self, place: &'static Place, record: &Record<'_>, seen: &Seen) {
        let own = Own::of(record, None);
        for constant in &self.style.constants {
            if !self.has_own(constant, &own, record, seen) {
                self.bytes(&constant.key);
                self.bytes(&constant.value);
            }
        }
        if self.style.location {
            self.place_in(place, record.origin);
        }
        self.raw(if self.cut { keys::TRUNCATED_END } else { "}\n" });
    }

    /// Returns whether the line has the key of a constant member itself.
    fn has_own(
        &self,
        constant: &Constant,
        own: &Own<'_>,
        record: &Record<'_>,
        seen: &Seen,
    ) -> bool {
        let is_written_only =
            seen.is_odd || record.carried.is_some() || matches!(record.fields, Fields::Named(_));
        if is_written_only {
            let written = self.to.text().get(seen.start..).unwrap_or_default();
            return constant.gives_way_on(record.kind())
                || members::contain(written, &constant.key);
        }
        constant.gives_way_on(record.kind())
            || !constant.rival.is_empty() && own.fields_say(&constant.rival)
    }

    fn place_in(&mut self, place: &'static Place, origin: Origin<'_>) {
        let Some((file, line)) = origin.location() else { return };
        self.raw(place.file);
        self.text(keys::MOST_NAME, |to| to.push(file));
        self.raw(place.line);
        number::push_u64(&mut self.to, line.into());
        self.raw(place.end);
    }
}

impl Constant {
    fn gives_way_on(&self, kind: LineKind) -> bool {
        match kind {
            LineKind::Event => self.gives_way[0],
            LineKind::Step => self.gives_way[1],
            LineKind::Request | LineKind::Job => self.gives_way[2],
        }
    }
}

/// Returns the most room that the end of a line needs.
#[inline]
pub(super) fn room_in(record: &Record<'_>, style: &Style) -> usize {
    let truncated = keys::TRUNCATED_END.len();
    if record.carried.is_none() && style.constants.is_empty() && !style.location {
        return truncated;
    }
    let constants: usize = style.constants.iter().map(Constant::len).sum();
    let location = if style.location { keys::MOST_LOCATION + 64 } else { 0 };
    let carried = if record.carried.is_some() { carried::MOST + CARRIED_GROWTH } else { 0 };
    truncated + constants + location + carried
}
