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
/// use trace_runtime::{info, observe::FieldValue, testing::{Capture, Seen}};
///
/// // Which keys would be columns of numbers?
/// let keys = Seen::event(|event| {
///     let is_number = |value| matches!(value, FieldValue::I64(_) | FieldValue::F64(_));
///     let numbers = event.fields().filter(|(_, value)| is_number(*value));
///     numbers.map(|(key, _)| key.to_string()).collect::<Vec<_>>()
/// });
/// Capture::new().observed_by(keys.clone()).run(|| info!(rows = 3, hit = true, "found"));
/// assert_eq!(keys.values()[0], ["rows"]);
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
///
/// # Examples
///
/// ```
/// use trace_runtime::{info, observe::FieldValue, testing::{Capture, Seen}};
///
/// fn number(value: FieldValue<'_>) -> Option<f64> {
///     match value {
///         FieldValue::I64(number) => Some(number as f64),
///         FieldValue::U64(number) => Some(number as f64),
///         FieldValue::F64(number) => Some(number),
///         _ => None,
///     }
/// }
///
/// let sums = Seen::event(|event| {
///     event.fields().filter_map(|(_, value)| number(value)).sum::<f64>()
/// });
/// Capture::new().observed_by(sums.clone()).run(|| info!(rows = 3, share = 0.5, table = "users"));
/// assert_eq!(sums.values(), [3.5]);
/// ```
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
        Unread { members, hidden: &[] }.read()
    }
}

impl<'a> Iterator for Fields<'a> {
    type Item = (Text<'a>, FieldValue<'a>);

    #[expect(clippy::inline_always, reason = "so that no value is built in memory")]
    #[inline(always)]
    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let members = self.members;
            let (key, len) = Text::first(members.get(1..)?)?;
            let value_at = 1 + len + 1; // after the comma, and before the colon
            let (value, len) = FieldValue::first(members.get(value_at..)?);
            self.members = members.get(value_at + len..)?;
            let is_hidden = |hidden: &&str| Some(*hidden) == members.get(..value_at);
            if !self.hidden.iter().any(is_hidden) {
                return Some((key, value));
            }
        }
    }
}

impl<'a> FieldValue<'a> {
    /// Takes JSON of one value.
    pub(super) fn of(json: &'a str) -> Self {
        Self::first(json).0
    }

    /// Reads the value that members or items begin with. Returns its length,
    /// too.
    #[expect(clippy::inline_always, reason = "so that no value is built in memory")]
    #[inline(always)]
    pub(super) fn first(text: &'a str) -> (Self, usize) {
        match text.as_bytes().first() {
            Some(b'"') => {
                let (value, len) = Text::first(text).unwrap_or_default();
                (Self::Text(value), len)
            }
            Some(b't') => (Self::Bool(true), 4),
            Some(b'f') => (Self::Bool(false), 5),
            Some(b'-' | b'0'..=b'9') => Self::first_number(text),
            Some(_) | None => {
                let len = members::value_len(text.as_bytes());
                (Self::Nested(text.get(..len).unwrap_or_default()), len)
            }
        }
    }

    #[expect(clippy::inline_always, reason = "so that no value is built in memory")]
    #[inline(always)]
    fn first_number(text: &'a str) -> (Self, usize) {
        let is_negative = text.starts_with('-');
        let (mut number, mut at) = (0_i64, usize::from(is_negative));
        // 18 digits always fit.
        while let Some(digit @ b'0'..=b'9') = text.as_bytes().get(at).filter(|_| at < 18) {
            number = number * 10 + i64::from(digit - b'0');
            at += 1;
        }
        match text.as_bytes().get(at) {
            None | Some(b',') => (Self::I64(if is_negative { -number } else { number }), at),
            Some(_) => Self::other_number(text),
        }
    }

    fn other_number(text: &'a str) -> (Self, usize) {
        let len = members::value_len(text.as_bytes());
        let digits = text.get(..len).unwrap_or_default();
        let whole = digits.parse().map(Self::I64).or_else(|_| digits.parse().map(Self::U64));
        let is_whole = |byte: &u8| byte.is_ascii_digit() || *byte == b'-';
        let value = if digits.as_bytes().iter().all(is_whole) {
            whole.unwrap_or(Self::Nested(digits))
        } else {
            let number = digits.parse().ok().filter(|number: &f64| number.is_finite());
            number.map_or(Self::Nested(digits), Self::F64)
        };
        (value, len)
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
        let mut failure = Self::default();
        for (_, value) in Fields::of_members(members) {
            match value {
                FieldValue::Text(text) => failure.error = Some(text),
                FieldValue::Nested(array) => failure.causes = Texts::of_array(array),
                _ => {}
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
    fn whole_numbers_are_read_exactly_up_to_64_bits() {
        let numbers = [
            ("999999999999999999", FieldValue::I64(999_999_999_999_999_999)),
            ("9223372036854775807", FieldValue::I64(i64::MAX)),
            ("-9223372036854775808", FieldValue::I64(i64::MIN)),
            ("9999999999999999999", FieldValue::U64(9_999_999_999_999_999_999)),
            ("0", FieldValue::I64(0)),
            ("-7", FieldValue::I64(-7)),
        ];
        for (text, expected) in numbers {
            assert_eq!(FieldValue::of(text), expected);
            assert_eq!(FieldValue::first(&format!("{text},\"b\":1")), (expected, text.len()));
        }
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
