//! Fields that are kept for a later line: encoded at once, each key only once.
//!
//! These are the fields that a scope was opened with, and those recorded since.
//! The last value of a key wins.

use std::error::Error;

use crate::{
    buffer::Buffer,
    field::{
        causes,
        encode::{self, Fit, Room},
        limits::Limits,
        value::Value,
    },
    json::members,
};

/// Fields as JSON members: `,"id":7,"name":"x"`.
#[derive(Debug, Default)]
pub struct Kept(Buffer);

impl Kept {
    /// Takes encoded members that have different keys.
    pub(crate) fn of(members: Buffer) -> Self {
        Self(members)
    }

    /// Encodes fields that have different keys.
    pub(crate) fn encoded(keys: &[&str], values: &[Value<'_>], limits: &Limits) -> Self {
        let mut fields = Self::default();
        fields.add_all(keys, values, limits);
        fields
    }

    /// Returns whether there are no fields.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Puts `first` in front of these fields. If both have a key, `first` wins.
    pub(crate) fn prepend(&mut self, mut first: Self, limits: &Limits) {
        std::mem::swap(self, &mut first);
        let mut later = first.members();
        while !later.is_empty() {
            let (member, rest) = members::split_first(later);
            later = rest;
            let key = members::key(member);
            if members::contain(self.members(), key) {
                later = causes::skip(rest, key);
            } else {
                self.put(member, false, limits);
            }
        }
        self.0.note(first.is_cut());
    }

    /// Adds each of these fields, replacing an earlier one with the same key.
    pub(crate) fn extend(&mut self, later: &Self, limits: &Limits) {
        let mut members = later.members();
        while !members.is_empty() {
            let (member, rest) = members::split_first(members);
            self.remove(members::key(member));
            self.put(member, false, limits);
            members = rest;
        }
        self.0.note(later.is_cut());
    }

    /// Returns the members as they will stand on the line.
    pub(crate) fn members(&self) -> &[u8] {
        &self.0
    }

    /// Returns whether something did not fit.
    pub(crate) fn is_cut(&self) -> bool {
        self.0.is_cut()
    }

    /// Adds fields under new keys.
    pub(crate) fn add_all(&mut self, keys: &[&str], values: &[Value<'_>], limits: &Limits) {
        let (room, mut is_cut) = (Room { end: limits.line, value: limits.value }, false);
        let to = self.0.cursor();
        for (key, value) in keys.iter().zip(values) {
            is_cut |= encode::push(to, key.as_bytes(), value, room) == Fit::Cut;
            if let Some((key, first)) = causes::beside(key, value, keys) {
                let most = limits.line.saturating_sub(to.len()).min(limits.error_chain);
                is_cut |= causes::push(to, &key, first, most) == Fit::Cut;
            }
        }
        self.0.note(is_cut);
    }

    /// Adds a field under a new key.
    #[cfg(test)]
    pub(crate) fn add(&mut self, key: &[u8], value: &Value<'_>, limits: &Limits) {
        let key = std::str::from_utf8(key).unwrap();
        self.add_all(&[key], &[*value], limits);
    }

    /// Adds a field, replacing an earlier one with this key. Case is ignored.
    pub(crate) fn set(&mut self, field: &Encoded<'_>, limits: &Limits) {
        self.remove(field.key);
        self.put(&field.member, field.member.is_cut(), limits);
    }

    /// Does the same with a value, which is encoded in its place.
    pub(crate) fn set_value(&mut self, key: &[u8], value: &Value<'_>, limits: &Limits) {
        self.remove(key);
        let room = Room { end: limits.line, value: limits.value };
        let fit = encode::push(self.0.cursor(), key, value, room);
        self.0.note(fit == Fit::Cut);
    }

    fn put(&mut self, member: &[u8], is_cut: bool, limits: &Limits) {
        if self.0.len() + member.len() <= limits.line {
            self.0.cursor().put(member);
            self.0.note(is_cut);
        } else {
            self.0.note(true);
        }
    }

    /// Removes the field with this key. Case is ignored.
    pub(crate) fn remove(&mut self, key: &[u8]) {
        let mut at = 0;
        while at < self.0.len() {
            let (member, _) = members::split_first(&self.0[at..]);
            let end = at + member.len();
            if members::has_key(member, key) {
                // The causes of an error go with it.
                let left = causes::skip(&self.0[end..], key).len();
                let end = self.0.len() - left;
                self.0.cursor().remove(at, end);
                return;
            }
            at = end;
        }
    }
}

/// One field, encoded where user code may still run.
pub(crate) struct Encoded<'a> {
    key: &'a [u8],
    /// `,"rows":3`, or empty if the value is absent.
    member: Buffer,
}

impl<'a> Encoded<'a> {
    pub(crate) fn new(key: &'a [u8], value: &Value<'_>, limits: &Limits) -> Self {
        let mut member = Buffer::default();
        let room = Room { end: limits.line, value: limits.value };
        let fit = encode::push(member.cursor(), key, value, room);
        member.note(fit == Fit::Cut);
        Self { key, member }
    }

    /// Encodes the causes of an error.
    pub(crate) fn causes(key: &'a [u8], first: &(dyn Error + 'static), limits: &Limits) -> Self {
        let mut member = Buffer::default();
        let fit = causes::push(member.cursor(), key, first, limits.error_chain.min(limits.line));
        member.note(fit == Fit::Cut);
        Self { key, member }
    }

    /// Returns the key as JSON, with comma and colon.
    pub(crate) fn key(&self) -> &[u8] {
        self.key
    }

    /// Returns whether the value is absent, so that its key is left out.
    pub(crate) fn is_absent(&self) -> bool {
        self.member.is_empty()
    }

    /// Returns whether the value is a number in JSON.
    pub(crate) fn is_number(&self) -> bool {
        let value = self.member.get(self.key.len()..).and_then(<[u8]>::first);
        value.is_some_and(|byte| byte.is_ascii_digit() || *byte == b'-')
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::field::value::ToValue as _;

    const LIMITS: Limits = Limits::new();

    fn set(fields: &mut Kept, key: &'static [u8], value: Value<'_>) {
        fields.set(&Encoded::new(key, &value, &LIMITS), &LIMITS);
    }

    fn text(fields: &Kept) -> &str {
        std::str::from_utf8(fields.members()).unwrap()
    }

    #[test]
    fn the_last_value_of_a_key_wins() {
        let mut fields = Kept::default();
        fields.add(br#","a":"#, &1.to_value(), &LIMITS);
        fields.add(br#","b":"#, &"x,\"a\":5".to_value(), &LIMITS);
        set(&mut fields, br#","a":"#, 2.to_value());
        set(&mut fields, br#","a":"#, 3.to_value());
        assert_eq!(text(&fields), r#","b":"x,\"a\":5","a":3"#);
        set(&mut fields, br#","b":"#, None::<u8>.to_value());
        assert_eq!((text(&fields), fields.is_cut()), (r#","a":3"#, false));
    }

    #[test]
    fn fields_put_in_front_win_over_those_that_were_there() {
        let mut fields = Kept::default();
        fields.add(br#","a":"#, &1.to_value(), &LIMITS);
        fields.add(br#","b":"#, &"x".to_value(), &LIMITS);
        let mut first = Kept::default();
        first.add(br#","c":"#, &3.to_value(), &LIMITS);
        first.add(br#","a":"#, &2.to_value(), &LIMITS);
        fields.prepend(first, &LIMITS);
        assert_eq!(text(&fields), r#","c":3,"a":2,"b":"x""#);
    }

    #[test]
    fn what_is_kept_for_a_line_is_not_more_than_a_line() {
        let mut fields = Kept::default();
        let long = "x".repeat(4_000);
        for key in [br#","a":"#, br#","b":"#, br#","c":"#] {
            set(&mut fields, key, long.to_value());
        }
        assert!(fields.members().len() <= LIMITS.line);
        assert!(fields.is_cut());
    }
}
