//! Writes the tail of a line with the names of a format: static fields, the
//! place in the code, and the mark of a line that was cut.

#![expect(clippy::inline_always, reason = "a borrowed cursor would be kept in memory")]

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
    #[inline(always)]
    pub(super) fn tail_in(&mut self, place: &'static Place, record: &Record<'_>, seen: Seen) {
        for constant in &self.style.constants {
            if constant.is_free() || !self.has_own(constant, record, seen) {
                self.to.put_short(&constant.text);
            }
        }
        if self.style.location {
            let origin = record.origin;
            self.aside(move |line| line.place_in(place, origin));
        }
        self.raw(if self.cut { keys::TRUNCATED_END } else { "}\n" });
    }

    /// Returns whether the line has the key of a constant member itself.
    #[inline(always)]
    fn has_own(&self, constant: &Constant, record: &Record<'_>, seen: Seen) -> bool {
        if constant.gives_way_on(record.kind()) {
            return true;
        }
        let is_written_only =
            seen.is_odd || record.carried.is_some() || matches!(record.fields, Fields::Named(_));
        if is_written_only {
            let written = self.to.text().get(seen.start..).unwrap_or_default();
            return members::contain(written, constant.key());
        }
        Own::of(record, None).fields_say(&constant.rival)
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
    /// Returns whether no field of a line can have its key.
    #[inline(always)]
    fn is_free(&self) -> bool {
        self.rival.is_empty() && self.gives_way == [false; 3]
    }

    fn gives_way_on(&self, kind: LineKind) -> bool {
        match kind {
            LineKind::Event => self.gives_way[0],
            LineKind::Step => self.gives_way[1],
            LineKind::Request | LineKind::Job => self.gives_way[2],
        }
    }
}

/// Returns the most room that the end of a line needs.
#[inline(always)]
pub(super) fn room_in(record: &Record<'_>, style: &Style) -> usize {
    let truncated = keys::TRUNCATED_END.len();
    let constants: usize = style.constants.iter().map(|constant| constant.text.len()).sum();
    let location = if style.location { keys::MOST_LOCATION + 64 } else { 0 };
    let carried = if record.carried.is_some() { carried::MOST + CARRIED_GROWTH } else { 0 };
    truncated + constants + location + carried
}
