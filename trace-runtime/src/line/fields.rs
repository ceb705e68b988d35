//! Writes the fields of a line: values, kept fields, fields with keys known
//! only at run time, and carried fields.

use super::{encoder::Encoder, keys};
use crate::{
    field::{
        carried::Carried,
        causes,
        encode::{self, Fit, Room},
        value::Value,
    },
    json::members,
    record::{Fields, Origin, Record},
};

/// Returns `,"name":`, or `None` if it is too long.
pub(super) fn member_key(name: &str) -> Option<Vec<u8>> {
    let mut key = b",".to_vec();
    let fit = encode::push_quoted(&mut key, keys::MOST_NAME, |to| to.push(name));
    key.push(b':');
    (fit == Fit::Whole).then_some(key)
}

impl Encoder<'_> {
    pub(super) fn fields(&mut self, record: &Record<'_>) {
        match &record.fields {
            Fields::Values(values) => self.values(record, values),
            Fields::Encoded(members, cut) => self.encoded(members, *cut),
            Fields::Named(fields) => self.named(*fields),
        }
    }

    fn values(&mut self, record: &Record<'_>, values: &[Value<'_>]) {
        let Origin::Callsite(callsite) = record.origin else { return };
        let keys = callsite.facts.text.keys;
        for (key, value) in keys.iter().zip(values) {
            self.field(key.as_bytes(), value);
            if let Some((key, first)) = causes::beside(key, value, keys) {
                self.causes(&key, first);
            }
        }
    }

    pub(super) fn field(&mut self, key: &[u8], value: &Value<'_>) {
        let room = Room { end: self.end, value: self.style.limits.value };
        let fit = encode::push(self.buf, key, value, room);
        self.note(fit);
    }

    /// Copies as many members that were encoded earlier as fit.
    #[inline]
    pub(super) fn encoded(&mut self, members: &[u8], cut: bool) {
        self.cut |= cut;
        if members.len() <= self.room(usize::MAX) {
            self.bytes(members);
        } else {
            self.some_of(members);
        }
    }

    #[cold]
    fn some_of(&mut self, mut members: &[u8]) {
        self.cut = true;
        while !members.is_empty() {
            let (first, rest) = members::split_first(members);
            if first.len() <= self.room(usize::MAX) {
                self.bytes(first);
            }
            members = rest;
        }
    }

    /// Writes the fields that the trace carries, except those that the line has
    /// itself. The line's own fields begin at `fields`. Room for them is
    /// reserved.
    pub(super) fn carried(&mut self, carried: &Carried, fields: usize) {
        let own = fields..self.buf.len();
        carried.read(|mut members, is_cut| {
            self.cut |= is_cut;
            while !members.is_empty() {
                let (member, rest) = members::split_first(members);
                members = rest;
                let own = self.buf.get(own.clone()).unwrap_or_default();
                let key = members::key(member);
                if members::contain(own, key) {
                    members = causes::skip(rest, key);
                } else {
                    self.bytes(member);
                }
            }
        });
    }
}
