//! The fields of a line, read back from its JSON.

use super::{
    Text,
    text::{Texts, as_text},
};
use crate::json::members;

/// Fields, in the order of the line.
///
/// # Examples
///
/// ```
/// use trace_runtime::{info, observe::{Event, FieldValue, Observe}, testing::Capture};
///
/// struct Check;
///
/// impl Observe for Check {
///     fn event(&self, event: &Event<'_>) {
///         let fields: Vec<_> = event.fields().map(|(key, value)| (key.to_plain(), value)).collect();
///         assert_eq!(fields, [("rows".into(), FieldValue::I64(3)), ("hit".into(), FieldValue::Bool(true))]);
///     }
/// }
///
/// Capture::new().observed_by(Check).run(|| info!(rows = 3, hit = true, "found"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Fields<'a> {
    members: &'a str,
    /// The keys to skip, as `,"a":`.
    hidden: &'static [&'static str],
}

/// Fields that may be read later.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Unread<'a> {
    pub(crate) members: &'a [u8],
    /// The keys to skip, as `,"a":`.
    pub(crate) hidden: &'static [&'static str],
}

impl<'a> Unread<'a> {
    pub(super) fn read(self) -> Fields<'a> {
        Fields { members: as_text(self.members), hidden: self.hidden }
    }
}

/// The value of a field.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub enum FieldValue<'a> {
    /// True or false.
    Bool(bool),
    /// A whole number.
    I64(i64),
    /// A whole number above [`i64::MAX`].
    U64(u64),
    /// A finite number.
    F64(f64),
    /// Text.
    Text(Text<'a>),
    /// Any other JSON: an object, an array, `null`, or a whole number that
    /// needs more than 64 bits.
    Nested(&'a str),
}

impl<'a> Fields<'a> {
    /// Takes members with their commas: `,"a":1,"b":"x"`.
    pub(crate) fn of_members(members: &'a [u8]) -> Self {
        Unread { members, hidden: &[] }.read()
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (Text<'a>, FieldValue<'a>);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (key, value) = next_member(&mut self.members)?;
            if !self.hidden.contains(&key) {
                return Some((text_of_key(key), FieldValue::of(value)));
            }
        }
    }
}

/// Takes the first member: its key as `,"a":`, and its value as JSON.
#[inline]
fn next_member<'a>(members: &mut &'a str) -> Option<(&'a str, &'a str)> {
    if members.is_empty() {
        return None;
    }
    let key = members::key(members.as_bytes()).len();
    let value = members::value_len(members.as_bytes().get(key..).unwrap_or_default());
    let (member, rest) = members.split_at_checked(key + value)?;
    *members = rest;
    member.split_at_checked(key)
}

/// Returns the text of a key given as `,"a":`.
fn text_of_key(key: &str) -> Text<'_> {
    Text::of_quoted(key.get(1..key.len().saturating_sub(1)).unwrap_or_default())
}

impl<'a> FieldValue<'a> {
    #[inline]
    pub(super) fn of(json: &'a str) -> Self {
        match json.as_bytes().first() {
            Some(b'"') => Self::Text(Text::of_quoted(json)),
            Some(b't') => Self::Bool(true),
            Some(b'f') => Self::Bool(false),
            Some(b'-' | b'0'..=b'9') => Self::of_number(json),
            Some(_) | None => Self::Nested(json),
        }
    }

    fn of_number(digits: &'a str) -> Self {
        let is_whole = |byte: &u8| byte.is_ascii_digit() || *byte == b'-';
        if !digits.as_bytes().iter().all(is_whole) {
            return digits.parse().map_or(Self::Nested(digits), Self::F64);
        }
        let signed = digits.parse().map(Self::I64);
        signed.or_else(|_| digits.parse().map(Self::U64)).unwrap_or(Self::Nested(digits))
    }
}

/// The failure of a scope: the text of its error, and the causes.
#[derive(Clone, Debug, Default)]
pub(super) struct FailureText<'a> {
    pub(super) error: Option<Text<'a>>,
    pub(super) causes: Texts<'a>,
}

impl<'a> FailureText<'a> {
    /// Reads the members `,"error":"…","error_chain":[…]`.
    pub(super) fn of_members(members: &'a [u8]) -> Self {
        let (mut members, mut failure) = (as_text(members), Self::default());
        while let Some((_, value)) = next_member(&mut members) {
            match value.as_bytes().first() {
                Some(b'"') => failure.error = Some(Text::of_quoted(value)),
                Some(_) | None => failure.causes = Texts::of_array(value),
            }
        }
        failure
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_value_is_read_back() {
        let members = br#","a":true,"b":-3,"c":18446744073709551615,"d":2.5,"e":"x\n","f":{"g":[1,2]},"h":null,"i":340282366920938463463374607431768211455,"j":1e300"#;
        let read: Vec<_> =
            Fields::of_members(members).map(|(key, value)| (key.to_plain(), value)).collect();
        let expected = [
            ("a", FieldValue::Bool(true)),
            ("b", FieldValue::I64(-3)),
            ("c", FieldValue::U64(u64::MAX)),
            ("d", FieldValue::F64(2.5)),
            ("e", FieldValue::Text(Text::of_json(r"x\n"))),
            ("f", FieldValue::Nested(r#"{"g":[1,2]}"#)),
            ("h", FieldValue::Nested("null")),
            ("i", FieldValue::Nested("340282366920938463463374607431768211455")),
            ("j", FieldValue::F64(1e300)),
        ];
        assert_eq!(read, expected.map(|(key, value)| (key.into(), value)));
    }

    #[test]
    fn a_failure_is_its_text_and_its_causes() {
        let failure = FailureText::of_members(br#","error":"outer","error_chain":["a,\"b\"","c"]"#);
        assert_eq!(failure.error, Some(Text::of_json("outer")));
        let causes: Vec<_> = failure.causes.map(|cause| cause.to_plain()).collect();
        assert_eq!(causes, ["a,\"b\"", "c"]);
        let none = FailureText::of_members(b"");
        assert_eq!((none.error, none.causes.count()), (None, 0));
    }
}
