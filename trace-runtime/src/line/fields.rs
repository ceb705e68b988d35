//! Writes the fields of a line: values, kept fields, fields with keys known
//! only at run time, and carried fields.

#![expect(clippy::inline_always, reason = "a borrowed cursor would be kept in memory")]

use std::ops::Deref;

use super::{encoder::Encoder, keys};
use crate::{
    field::{
        carried::Carried,
        causes,
        encode::{self, Fit, Room},
        value::Value,
    },
    json::{cursor::Cursor, members, string},
    record::{Fields, Origin, Record},
};

/// The key of a member, `,"name":`. That of a short name needs no allocation.
pub(crate) enum MemberKey {
    Short([u8; SHORT + 4], usize),
    Long(Vec<u8>),
}

/// The longest name of a short key.
const SHORT: usize = 60;

impl Deref for MemberKey {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Short(bytes, len) => bytes.get(..*len).unwrap_or_default(),
            Self::Long(bytes) => bytes,
        }
    }
}

/// Returns `,"name":`, or `None` if it is too long.
pub(super) fn member_key(name: &str) -> Option<MemberKey> {
    if name.len() <= SHORT && string::is_plain(name) {
        return Some(short_key(name));
    }
    let mut key = Cursor::default();
    key.put(b",");
    let fit = encode::push_quoted(&mut key, keys::MOST_NAME, |to| to.push(name));
    key.put(b":");
    (fit == Fit::Whole).then(|| MemberKey::Long(key.text().to_vec()))
}

fn short_key(name: &str) -> MemberKey {
    let mut bytes = [0; SHORT + 4];
    let parts = [&b",\""[..], name.as_bytes(), &b"\":"[..]];
    let len = parts.into_iter().fold(0, |at, part| {
        let end = at + part.len();
        if let Some(to) = bytes.get_mut(at..end) {
            to.copy_from_slice(part);
        }
        end
    });
    MemberKey::Short(bytes, len)
}

impl Encoder<'_> {
    #[inline(always)]
    pub(super) fn fields(&mut self, record: &Record<'_>) {
        match (record.fields, record.origin) {
            (Fields::Values(values), Origin::Callsite(callsite)) => {
                self.values(callsite.facts.text.keys, values);
            }
            (Fields::Values(_), Origin::Foreign(_)) => {}
            (Fields::Encoded(members, cut), _) => self.encoded(members, cut),
            (Fields::Named(fields), _) => self.aside(move |line| line.named(fields)),
        }
    }

    #[inline(always)]
    fn values(&mut self, keys: &'static [&'static str], values: &[Value<'_>]) {
        for (key, value) in keys.iter().zip(values) {
            self.field(key.as_bytes(), value);
            if value.caused().is_some() {
                let value = *value;
                self.aside(move |line| line.causes_of(key, value, keys));
            }
        }
    }

    #[inline(always)]
    pub(super) fn field(&mut self, key: &[u8], value: &Value<'_>) {
        let room = Room { end: self.end, value: self.style.limits.value };
        let fit = encode::push(&mut self.to, key, value, room);
        self.note(fit);
    }

    fn causes_of(&mut self, key: &str, value: Value<'_>, keys: &[&str]) {
        if let Some((key, first)) = causes::beside(key, &value, keys) {
            self.causes(&key, first);
        }
    }

    /// Copies as many members that were encoded earlier as fit.
    #[inline(always)]
    pub(super) fn encoded(&mut self, members: &[u8], cut: bool) {
        self.cut |= cut;
        if members.len() <= self.room(usize::MAX) {
            self.to.put_short(members);
        } else {
            self.aside(move |line| line.some_of(members));
        }
    }

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
        let own = fields..self.to.len();
        carried.read(|mut members, is_cut| {
            self.cut |= is_cut;
            while !members.is_empty() {
                let (member, rest) = members::split_first(members);
                members = rest;
                let own = self.to.text().get(own.clone()).unwrap_or_default();
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
