//! Writes the fields of a line with the names of a format.

#![expect(clippy::inline_always, reason = "a borrowed cursor would be kept in memory")]

use std::borrow::Cow;

use super::{
    plain::Plain,
    spelling::{LABELS, Spelling, again, spelling, spelling_of_value},
    table::{Facts, Names},
};
use crate::{
    callsite::{Callsite, LineKind},
    field::{
        carried::{self, Carried},
        causes,
        encode::{self, Fit, Room},
        value::Value,
    },
    json::{cursor::Cursor, members},
    line::{encoder::Encoder, tail::Own},
    record::{Fields, Named, Origin, Record},
};

/// The line that fields stand on, and what is known of those before.
#[derive(Clone, Copy)]
pub(super) struct Seen {
    kind: LineKind,
    /// The facts that stand among them.
    facts: Facts,
    /// Where they begin.
    pub(super) start: usize,
    /// Whether one of them has a key that another name is written as, too.
    pub(super) is_odd: bool,
}

impl Seen {
    #[inline(always)]
    pub(super) fn on(names: &'static Names, record: &Record<'_>, start: usize) -> Self {
        let facts: Facts = match record.origin {
            Origin::Callsite(callsite) if callsite.facts.is_call => names.fields.keys.of_calls,
            _ if record.is_of_open_request() => names.fields.keys.of_open,
            Origin::Callsite(_) | Origin::Foreign(_) => &[],
        };
        Self { kind: record.kind(), facts, start, is_odd: false }
    }

    /// For the members of a failure, which stand before all fields.
    pub(super) fn of_failure() -> Self {
        Self { kind: LineKind::Event, facts: &[], start: usize::MAX, is_odd: false }
    }
}

impl Encoder<'_> {
    /// Calls `write` with the encoder and what was seen, without inlining it.
    /// Returns what was seen then. What `write` borrows would be kept in memory.
    #[inline(always)]
    pub(super) fn aside_seeing(
        &mut self,
        mut seen: Seen,
        write: impl FnOnce(&mut Self, &mut Seen),
    ) -> Seen {
        let now = &mut seen;
        self.aside(move |line| write(line, now));
        seen
    }

    #[inline(always)]
    pub(super) fn fields_in(
        &mut self,
        (names, plain): (&'static Names, &'static Plain),
        record: &Record<'_>,
        seen: &mut Seen,
    ) {
        match (record.fields, record.origin) {
            (Fields::Values(values), Origin::Callsite(callsite)) => {
                self.values_in((names, plain), callsite, values, seen);
            }
            (Fields::Values(_), Origin::Foreign(_)) => {}
            (Fields::Encoded(members, cut), _) => {
                if cut || !members.is_empty() {
                    self.members_in(names, members, cut, seen);
                }
            }
            (Fields::Named(fields), _) => {
                *seen = self.aside_seeing(*seen, move |line, seen| {
                    line.named_in(names, fields, seen);
                });
            }
        }
    }

    #[inline(always)]
    fn values_in(
        &mut self,
        (names, plain): (&'static Names, &'static Plain),
        callsite: &'static Callsite,
        values: &[Value<'_>],
        seen: &mut Seen,
    ) {
        let keys = callsite.facts.text.keys;
        let is_plain = plain.contains(callsite) || plain.is_found(&names.fields, callsite);
        for (key, value) in keys.iter().zip(values) {
            self.value_in((names, is_plain), key, value, seen);
            if value.caused().is_some() {
                let value = *value;
                *seen = self.aside_seeing(*seen, move |line, seen| {
                    line.causes_in(names, key, value, keys, seen);
                });
            }
        }
    }

    #[inline(always)]
    fn value_in(
        &mut self,
        (names, is_plain): (&'static Names, bool),
        key: &'static str,
        value: &Value<'_>,
        seen: &mut Seen,
    ) {
        let spelling = if is_plain {
            Spelling::usual(&names.fields)
        } else {
            spelling_of_value(&names.fields, key, seen.kind)
        };
        match spelling {
            Spelling::Same => self.field(key.as_bytes(), value),
            Spelling::Label if !seen.is_odd && !value.is_nested() => {
                self.label(key.as_bytes(), value);
            }
            spelling => {
                let value = *value;
                *seen = self.aside_seeing(*seen, move |line, seen| {
                    line.any_value(key.as_bytes(), &spelling, &value, seen);
                });
            }
        }
    }

    /// Writes a field as a label. Its key needs no other change.
    #[inline(always)]
    fn label(&mut self, key: &[u8], value: &Value<'_>) {
        let before = self.to.len();
        self.raw(LABELS);
        let at = self.to.len();
        self.field(key.get(2..).unwrap_or_default(), value);
        if self.to.len() == at {
            self.to.truncate(before);
        }
    }

    fn any_value(&mut self, key: &[u8], spelling: &Spelling, value: &Value<'_>, seen: &mut Seen) {
        if value.is_absent() {
            return;
        }
        let before = self.to.len();
        self.spelt_key(key, spelling, seen);
        let at = self.to.len();
        let room = Room { end: self.end, value: self.style.limits.value };
        let fit = encode::push(&mut self.to, b"", value, room);
        self.note(fit);
        if self.to.len() == at || self.to.len() > self.end {
            self.cut = true;
            return self.to.truncate(before);
        }
        self.no_object(at, spelling);
    }

    fn causes_in(
        &mut self,
        names: &'static Names,
        key: &str,
        value: Value<'_>,
        keys: &[&str],
        seen: &mut Seen,
    ) {
        let Some((key, first)) = causes::beside(key, &value, keys) else { return };
        let mut member = Cursor::default();
        let most = self.room(self.style.limits.error_chain);
        let fit = causes::push(&mut member, &key, first, most);
        self.members_in(names, member.text(), fit == Fit::Cut, seen);
    }

    /// Writes as many members as fit that were encoded earlier.
    #[inline(always)]
    pub(super) fn members_in(
        &mut self,
        names: &'static Names,
        mut members: &[u8],
        is_cut: bool,
        seen: &mut Seen,
    ) {
        self.cut |= is_cut;
        while !members.is_empty() {
            let key = members::key(members);
            let value = members.get(key.len()..).unwrap_or_default();
            let (value, rest) = value.split_at(members::value_len(value));
            self.member_in(names, key, value, seen);
            members = rest;
        }
    }

    #[inline(always)]
    fn member_in(&mut self, names: &'static Names, key: &[u8], value: &[u8], seen: &mut Seen) {
        let before = self.to.len();
        let spelling = spelling(&names.fields, key, seen.kind, seen.facts);
        self.spelt_key(key, &spelling, seen);
        let at = self.to.len();
        self.to.put_short(value);
        self.no_object(at, &spelling);
        if self.to.len() > self.end {
            self.cut = true;
            self.to.truncate(before);
        }
    }

    /// Writes a key as the format spells it. A name that stands on the line
    /// already gets a prefix: that is looked for only if there may be one.
    #[inline(always)]
    fn spelt_key(&mut self, key: &[u8], spelling: &Spelling, seen: &mut Seen) {
        match spelling {
            Spelling::Same => self.to.put_short(key),
            Spelling::Label if !seen.is_odd => {
                self.raw(LABELS);
                self.to.put_short(key.get(2..).unwrap_or_default());
            }
            spelling => {
                let spelling = *spelling;
                *seen = self.aside_seeing(*seen, move |line, seen| {
                    line.any_key(key, &spelling, seen);
                });
            }
        }
    }

    fn any_key(&mut self, key: &[u8], spelling: &Spelling, seen: &mut Seen) {
        let (spelt, is_odd) = spelling.key(key);
        seen.is_odd |= is_odd;
        let mut free = spelt;
        while seen.is_odd && self.has_key(seen.start, &free) {
            free = Cow::Owned(again(&free));
        }
        self.bytes(&free);
    }

    fn has_key(&self, start: usize, key: &[u8]) -> bool {
        members::contain(self.to.text().get(start..).unwrap_or_default(), key)
    }

    /// Turns the value that begins at `at` into text, if it is or holds an
    /// object, and stands under a label.
    #[inline(always)]
    fn no_object(&mut self, at: usize, spelling: &Spelling) {
        let first = self.to.text().get(at);
        if spelling.is_label() && matches!(first, Some(b'{' | b'[')) {
            self.aside(move |line| line.as_text(at));
        }
    }

    fn as_text(&mut self, at: usize) {
        let value = self.to.text().get(at..).unwrap_or_default().to_vec();
        if value.contains(&b'{') {
            self.to.truncate(at);
            let most = self.room(self.style.limits.value).saturating_sub(2);
            let fit = encode::push_quoted(&mut self.to, most, |to| to.push_lossy(&value));
            self.note(fit);
        }
    }

    /// Writes fields with keys known only at run time. Which of them are free
    /// was decided for this crate's own names.
    fn named_in(&mut self, names: &'static Names, fields: &Named<'_>, seen: &mut Seen) {
        let mut native = Encoder::new(Cursor::default(), self.style, 0);
        native.named(fields);
        self.members_in(names, native.to.text(), native.cut, seen);
    }

    /// Writes the fields that the trace carries, except those that the line has
    /// itself.
    pub(super) fn carried_in(
        &mut self,
        names: &'static Names,
        (carried, own): (&Carried, Own<'_>),
        seen: &mut Seen,
    ) {
        let written = seen.start..self.to.len();
        // They are fields of the program's, whatever the line is about.
        seen.facts = &[];
        self.end += carried::MOST + CARRIED_GROWTH;
        carried.read(|mut members, is_cut| {
            self.cut |= is_cut;
            while !members.is_empty() {
                let (member, rest) = members::split_first(members);
                members = rest;
                let key = members::key(member);
                let spelling = spelling(&names.fields, key, seen.kind, seen.facts);
                let (spelt, is_odd) = spelling.key(key);
                let written = self.to.text().get(written.clone()).unwrap_or_default();
                let is_own = if is_odd && own.knows_its_fields() {
                    own.fields_say(key)
                } else {
                    members::contain(written, &spelt)
                };
                if is_own {
                    members = causes::skip(rest, key);
                } else {
                    let value = member.get(key.len()..).unwrap_or_default();
                    self.member_in(names, key, value, seen);
                }
            }
        });
    }
}

/// The most bytes by which the keys of carried fields grow: a label has seven
/// bytes more, where a field has six at least, and one of them, `error`, eight.
pub(super) const CARRIED_GROWTH: usize = carried::MOST / 6 * 7 + 1;
