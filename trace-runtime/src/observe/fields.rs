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
/// use std::sync::Mutex;
/// use trace_runtime::{info, observe::{Event, FieldValue, Observe}, testing::Capture};
///
/// static FOUND: Mutex<Vec<(String, bool)>> = Mutex::new(Vec::new());
///
/// struct Numbers;
///
/// impl Observe for Numbers {
///     fn event(&self, event: &Event<'_>) {
///         let is_number = |value| matches!(value, FieldValue::I64(_));
///         let fields = event.fields().map(|(key, value)| (key.to_string(), is_number(value)));
///         FOUND.lock().unwrap().extend(fields);
///     }
/// }
///
/// Capture::new().observed_by(Numbers).run(|| info!(rows = 3, hit = true, "found"));
/// assert_eq!(*FOUND.lock().unwrap(), [("rows".to_owned(), true), ("hit".to_owned(), false)]);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Fields<'a> {
    members: &'a [u8],
    /// The keys to skip, as `,"a":`.
    hidden: &'static [&'static str],
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
    /// Any other JSON: an object, an array, `null`, or a number that has no
    /// place in 64 bits.
    Nested(&'a str),
}

impl<'a> Fields<'a> {
    /// Takes members with their commas: `,"a":1,"b":"x"`.
    pub(crate) fn of_members(members: &'a [u8]) -> Self {
        Self { members, hidden: &[] }
    }

    /// Skips these keys, given as `,"a":`.
    pub(crate) fn without(self, hidden: &'static [&'static str]) -> Self {
        Self { hidden, ..self }
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (Text<'a>, FieldValue<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let (key, value) = next_member(&mut self.members)?;
            if !self.hidden.iter().any(|hidden| hidden.as_bytes() == key) {
                return Some((text_of_key(key), FieldValue::of(value)));
            }
        }
    }
}

/// Takes the first member: its key as `,"a":`, and its value as JSON.
fn next_member<'a>(members: &mut &'a [u8]) -> Option<(&'a [u8], &'a [u8])> {
    if members.is_empty() {
        return None;
    }
    let (member, rest) = members::split_first(members);
    *members = rest;
    let key = members::key(member);
    Some((key, member.get(key.len()..).unwrap_or_default()))
}

/// Returns the text of a key given as `,"a":`.
fn text_of_key(key: &[u8]) -> Text<'_> {
    Text::of_quoted(key.get(1..key.len().saturating_sub(1)).unwrap_or_default())
}

impl<'a> FieldValue<'a> {
    pub(super) fn of(json: &'a [u8]) -> Self {
        match json.first() {
            Some(b'"') => Self::Text(Text::of_quoted(json)),
            Some(b't') => Self::Bool(true),
            Some(b'f') => Self::Bool(false),
            Some(b'-' | b'0'..=b'9') => Self::of_number(as_text(json)),
            Some(_) | None => Self::Nested(as_text(json)),
        }
    }

    fn of_number(digits: &'a str) -> Self {
        if digits.contains(['.', 'e', 'E']) {
            let number = digits.parse().ok().filter(|number: &f64| number.is_finite());
            return number.map_or(Self::Nested(digits), Self::F64);
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
    pub(super) fn of_members(mut members: &'a [u8]) -> Self {
        let mut failure = Self::default();
        while let Some((_, value)) = next_member(&mut members) {
            match value.first() {
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
        let members = br#","a":true,"b":-3,"c":18446744073709551615,"d":2.5,"e":"x\n","f":{"g":[1,2]},"h":null,"i":340282366920938463463374607431768211455,"j":1e300,"k":1e999"#;
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
            ("k", FieldValue::Nested("1e999")),
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
