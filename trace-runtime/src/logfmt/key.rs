//! Keys: what cannot stand in one is replaced, and none stands twice.

use crate::{
    callsite::LineKind,
    json::{members, unescape},
    line,
};

/// The keys that only lines of this format have.
const OWN: [&str; 2] = ["time", "msg"];

/// The keys of a line's fields.
pub(super) struct Keys<'a> {
    members: &'a [u8],
    /// Those that were given another one.
    others: Vec<String>,
}

impl<'a> Keys<'a> {
    /// The keys of these members.
    pub(super) fn of(members: &'a [u8]) -> Self {
        Self { members, others: Vec::new() }
    }

    /// Returns the key that a field gets, if it cannot keep its own, which is
    /// given as `,"a":`.
    pub(super) fn another(&mut self, key: &[u8]) -> Option<String> {
        let own = text(key);
        let is_taken = OWN.iter().any(|it| own.eq_ignore_ascii_case(it.as_bytes()));
        if !is_taken && is_readable(own) {
            return None;
        }
        let readable = readable(own);
        let mut free = if is_taken { format!("field.{readable}") } else { readable };
        while self.has(&free) || line::is_reserved(&free, LineKind::Step) {
            free.insert_str(0, "field.");
        }
        self.others.push(free.clone());
        Some(free)
    }

    fn has(&self, key: &str) -> bool {
        OWN.contains(&key)
            || self.others.iter().any(|other| other.eq_ignore_ascii_case(key))
            || members::contain(self.members, format!(",\"{key}\":").as_bytes())
    }
}

/// Returns the text of a key, `,"a":`.
pub(super) fn text(key: &[u8]) -> &[u8] {
    key.strip_prefix(b",\"").and_then(|key| key.strip_suffix(b"\":")).unwrap_or(key)
}

fn is_readable(key: &[u8]) -> bool {
    let is_plain = |byte: &u8| *byte > b' ' && !matches!(byte, b'"' | b'=' | b'\\');
    !key.is_empty()
        && key.iter().all(is_plain)
        && (key.is_ascii() || !String::from_utf8_lossy(key).contains(is_refused))
}

/// Returns a key in which each character that cannot stand there is `_`.
fn readable(key: &[u8]) -> String {
    let mut plain = Vec::with_capacity(key.len());
    unescape::push(&mut plain, &String::from_utf8_lossy(key));
    let plain = String::from_utf8_lossy(&plain);
    if plain.is_empty() { "_".to_owned() } else { plain.replace(is_refused, "_") }
}

/// What ends a key, and what JSON escapes.
fn is_refused(c: char) -> bool {
    c.is_control()
        || c.is_whitespace()
        || matches!(
            c,
            '"' | '='
                | '\\'
                | '\u{61c}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
                | '\u{feff}'
                | char::REPLACEMENT_CHARACTER
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_cannot_be_read_is_replaced_and_none_stands_twice() {
        let members =
            br#","a b":1,"a_b":2,"a=b":3,"":4,"_":5,"MSG":6,"field.MSG":7,"x\n":8,"ok":9,"trace id":10"#;
        let mut keys = Keys::of(members);
        let mut rest = &members[..];
        let mut all = Vec::new();
        while !rest.is_empty() {
            let (member, behind) = members::split_first(rest);
            let key = members::key(member);
            let own = String::from_utf8(text(key).to_vec()).unwrap();
            all.push(keys.another(key).unwrap_or(own));
            rest = behind;
        }
        let expected = [
            "field.a_b",
            "a_b",
            "field.field.a_b",
            "field._",
            "_",
            "field.field.MSG",
            "field.MSG",
            "x_",
            "ok",
            "field.trace_id",
        ];
        assert_eq!(all, expected);
    }
}
