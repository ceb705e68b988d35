//! Takes nested JSON of a field apart: the members of an object, the items of
//! an array.

use super::{fields::FieldValue, text::Text};
use crate::json::members;

impl<'a> FieldValue<'a> {
    /// Returns the members of an object, in their order; `None` for any other
    /// value.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::observe::FieldValue;
    ///
    /// let value = FieldValue::Nested(r#"{"id":7,"tags":["a","b"]}"#);
    /// let members: Vec<_> = value.members().into_iter().flatten().collect();
    /// assert_eq!(members[0].0.to_plain(), "id");
    /// assert_eq!(members[0].1, FieldValue::I64(7));
    /// assert_eq!(members[1].1.items().map(Iterator::count), Some(2));
    /// ```
    pub fn members(self) -> Option<Members<'a>> {
        inside(self, b'{', b'}').map(Members)
    }

    /// Returns the items of an array, in their order; `None` for any other
    /// value.
    pub fn items(self) -> Option<Items<'a>> {
        inside(self, b'[', b']').map(Items)
    }
}

fn inside(value: FieldValue<'_>, first: u8, last: u8) -> Option<&[u8]> {
    let FieldValue::Nested(json) = value else { return None };
    match json.as_bytes() {
        [begin, inside @ .., end] if (*begin, *end) == (first, last) => Some(inside),
        _ => None,
    }
}

/// The members of a JSON object.
#[derive(Clone, Debug)]
pub struct Members<'a>(&'a [u8]);

impl<'a> Iterator for Members<'a> {
    type Item = (Text<'a>, FieldValue<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        let member = first(&mut self.0)?;
        let quoted = quoted_len(member);
        let (key, value) = member.split_at(quoted.min(member.len()));
        Some((Text::of_quoted(key), FieldValue::of(value.get(1..).unwrap_or_default())))
    }
}

/// The items of a JSON array.
#[derive(Clone, Debug)]
pub struct Items<'a>(&'a [u8]);

impl<'a> Iterator for Items<'a> {
    type Item = FieldValue<'a>;

    fn next(&mut self) -> Option<FieldValue<'a>> {
        first(&mut self.0).map(FieldValue::of)
    }
}

/// Takes what stands before the next comma.
fn first<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let start = rest.strip_prefix(b",").unwrap_or(rest);
    if start.is_empty() {
        return None;
    }
    let (first, after) = members::split_first(start);
    *rest = after;
    Some(first)
}

/// Returns the length of the JSON string that `text` begins with.
fn quoted_len(text: &[u8]) -> usize {
    let mut at = 1;
    while at < text.len() && text[at] != b'"' {
        at += if text[at] == b'\\' { 2 } else { 1 };
    }
    at + 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(value: FieldValue<'_>) -> String {
        let members = value
            .members()
            .map(|it| it.map(|(key, value)| format!("{key}={}", shown(value))).collect::<Vec<_>>());
        let items = value.items().map(|it| it.map(shown).collect::<Vec<_>>());
        match members.or(items) {
            Some(parts) => format!("({})", parts.join(" ")),
            None => format!("{value:?}"),
        }
    }

    #[test]
    fn objects_and_arrays_come_apart_to_any_depth() {
        let json = r#"{"a\"b":[1,"x,y",{"c":null}],"d":{},"e":[],"f":2.5}"#;
        let expected = r#"(a"b=(I64(1) Text("x,y") (c=Nested("null"))) d=() e=() f=F64(2.5))"#;
        assert_eq!(shown(FieldValue::Nested(json)), expected);
    }

    #[test]
    fn other_values_have_neither_members_nor_items() {
        for value in [FieldValue::Bool(true), FieldValue::Nested("null"), FieldValue::Nested("")] {
            assert!(value.members().is_none() && value.items().is_none());
        }
    }
}
