//! The parts of a line, read back from its JSON: so what a record says is
//! formatted once, escaped and cut by the same rules in each format.

use crate::{
    field::causes,
    json::members,
    line::{Line, keys},
};

/// A line's members, by where they stand.
#[derive(Clone, Copy)]
pub(super) struct Parts<'a> {
    /// The text of an event's message.
    pub(super) message: &'a str,
    /// Ids, target, name.
    pub(super) origin: Members<'a>,
    /// The error of a scope, and its causes.
    pub(super) failure: Members<'a>,
    /// What only requests have.
    pub(super) request: Members<'a>,
    pub(super) fields: Members<'a>,
    /// Static fields, the place in the code, and the mark of a line that was
    /// cut.
    pub(super) tail: Members<'a>,
}

impl<'a> Parts<'a> {
    pub(super) fn of(line: &'a Line) -> Self {
        let (text, parts) = (line.text.text(), &line.parts);
        let end = text.len().saturating_sub("}\n".len());
        // An event has no failure, not even an empty one in its place.
        let failure = match parts.failure.end {
            0 => parts.fields.start..parts.fields.start,
            _ => parts.failure.clone(),
        };
        let part = |range| Members(as_text(text.get(range).unwrap_or_default()));
        let message = part(parts.message.clone()).find(keys::MESSAGE).unwrap_or_default();
        Self {
            message: inside(message, '"', '"').unwrap_or_default(),
            origin: part(parts.message.end..failure.start),
            request: part(failure.end..parts.fields.start),
            failure: part(failure),
            fields: part(parts.fields.clone()),
            tail: part(parts.fields.end..end),
        }
    }

    /// Returns text of the line's origin: `target` or `name`.
    pub(super) fn text_of_origin(&self, key: &str) -> &'a str {
        self.origin.text(key).unwrap_or_default()
    }
}

/// Members with their commas: `,"a":1,"b":"x"`.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Members<'a>(&'a str);

/// A member: its key, without quotes, and its value, both as JSON.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Member<'a> {
    pub(super) key: &'a str,
    pub(super) value: &'a str,
    /// The causes of an error, as a JSON array.
    pub(super) causes: Option<&'a str>,
}

impl<'a> Members<'a> {
    /// Takes members of a line that stand elsewhere.
    pub(super) fn of(members: &'a str) -> Self {
        Self(members)
    }

    /// Returns the value under a key, given as `,"a":`, also with the quote that
    /// begins a text.
    pub(super) fn find(self, key: &str) -> Option<&'a str> {
        let (key, mut rest) = (key.trim_end_matches('"'), self.0);
        while !rest.is_empty() {
            let (member, others) = split(rest);
            if let Some(value) = member.strip_prefix(key) {
                return Some(value);
            }
            rest = others;
        }
        None
    }

    /// Returns the text under a key, as JSON without its quotes.
    pub(super) fn text(self, key: &str) -> Option<&'a str> {
        inside(self.find(key)?, '"', '"')
    }

    /// Returns the members, each together with the causes that follow it.
    pub(super) fn each(self) -> impl Iterator<Item = Member<'a>> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let (member, behind) = Member::first(rest)?;
            rest = behind;
            Some(member)
        })
    }
}

impl<'a> Member<'a> {
    /// Returns the first of some members, and those behind it.
    fn first(members: &'a str) -> Option<(Self, &'a str)> {
        if members.is_empty() {
            return None;
        }
        let (member, rest) = split(members);
        let key = as_text(members::key(member.as_bytes()));
        let value = member.get(key.len()..).unwrap_or_default();
        let (next, behind) = split(rest);
        let has_causes = causes::are_of(next.as_bytes(), key.as_bytes());
        let causes = has_causes.then(|| value_of(next));
        let key = inside(key, ',', ':').map_or("", unquoted);
        Some((Self { key, value, causes }, if has_causes { behind } else { rest }))
    }
}

/// Returns the texts of a JSON array, without their quotes.
pub(super) fn texts(array: &str) -> impl Iterator<Item = &str> {
    let mut rest = inside(array, '[', ']').unwrap_or_default();
    std::iter::from_fn(move || {
        let (first, others) = split(rest);
        rest = others;
        let first = first.strip_prefix(',').unwrap_or(first);
        (!first.is_empty()).then(|| unquoted(first))
    })
}

fn split(members: &str) -> (&str, &str) {
    let (first, rest) = members::split_first(members.as_bytes());
    (as_text(first), as_text(rest))
}

fn value_of(member: &str) -> &str {
    member.get(members::key(member.as_bytes()).len()..).unwrap_or_default()
}

fn unquoted(json: &str) -> &str {
    inside(json, '"', '"').unwrap_or(json)
}

fn inside(text: &str, first: char, last: char) -> Option<&str> {
    text.strip_prefix(first)?.strip_suffix(last)
}

/// Lines are UTF-8.
fn as_text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_comes_with_the_causes_that_follow_it() {
        let all = Members(r#","a":1,"e":"x,\"y","e_chain":["b,c","d"],"f_chain":["g"]"#);
        let members: Vec<_> = all.each().map(|it| (it.key, it.value, it.causes)).collect();
        let expected = [
            ("a", "1", None),
            ("e", r#""x,\"y""#, Some(r#"["b,c","d"]"#)),
            ("f_chain", r#"["g"]"#, None),
        ];
        assert_eq!(members, expected);
        assert_eq!(texts(r#"["b,c","d"]"#).collect::<Vec<_>>(), ["b,c", "d"]);
        assert_eq!(texts("[]").count(), 0);
    }

    #[test]
    fn a_value_is_found_by_its_whole_key() {
        let all = Members(r#","route":"/a","path":"/b","status":500"#);
        assert_eq!(all.text(r#","path":"#), Some("/b"));
        assert_eq!(all.find(r#","status":"#), Some("500"));
        assert_eq!((all.find(r#","stat":"#), all.text(r#","status":"#)), (None, None));
    }
}
