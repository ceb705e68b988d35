//! Takes encoded members apart again: `,"a":1,"b":"x"` into its two members.
//!
//! Needed when members that were encoded early do not fit, or give way to
//! others.

/// Returns the first member of `members`, with its comma, and the rest.
pub(crate) fn split_first(members: &[u8]) -> (&[u8], &[u8]) {
    let (mut depth, mut quoted, mut at) = (0_usize, false, 0);
    while at < members.len() {
        match (members[at], quoted) {
            (b'\\', true) => at += 1,
            (b'"', _) => quoted = !quoted,
            (b'{' | b'[', false) => depth += 1,
            (b'}' | b']', false) => depth = depth.saturating_sub(1),
            (b',', false) if depth == 0 && at > 0 => break,
            _ => {}
        }
        at += 1;
    }
    members.split_at(at.min(members.len()))
}

/// Returns the length of the value that `members` begins with.
pub(crate) fn value_len(members: &[u8]) -> usize {
    match members.first() {
        Some(b'{' | b'[') => split_first(members).0.len(),
        Some(b'"') => quoted(members).0,
        _ => members.iter().position(|byte| *byte == b',').unwrap_or(members.len()),
    }
}

/// Returns the length of the JSON string that `text` begins with, and whether
/// it has escapes.
#[inline]
pub(crate) fn quoted(text: &[u8]) -> (usize, bool) {
    let (mut at, mut has_escapes) = (1, false);
    while let Some(byte) = text.get(at).filter(|byte| **byte != b'"') {
        has_escapes |= *byte == b'\\';
        at += if *byte == b'\\' { 2 } else { 1 };
    }
    ((at + 1).min(text.len()), has_escapes)
}

/// Returns a member's comma, key and colon: `,"a":`.
pub(crate) fn key(member: &[u8]) -> &[u8] {
    let mut at = 2; // after the comma and the quote
    while at < member.len() && member[at] != b'"' {
        at += if member[at] == b'\\' { 2 } else { 1 };
    }
    member.get(..at + 2).unwrap_or(member)
}

/// Returns whether a member has this key, given as `,"a":`. Case is ignored.
pub(crate) fn has_key(member: &[u8], key: &[u8]) -> bool {
    member.get(..key.len()).is_some_and(|start| start.eq_ignore_ascii_case(key))
}

/// Returns whether one of the members has this key. Case is ignored.
pub(crate) fn contain(mut members: &[u8], key: &[u8]) -> bool {
    while !members.is_empty() {
        let (first, rest) = split_first(members);
        if has_key(first, key) {
            return true;
        }
        members = rest;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_ends_at_its_own_quote() {
        assert_eq!(key(br#","a":"x""#), br#","a":"#);
        assert_eq!(key(br#","a\":\\":1"#), br#","a\":\\":"#);
        assert_eq!(key(b""), b"");
    }

    #[test]
    fn a_value_ends_before_the_next_member() {
        for value in
            [r#""x,\",y""#, "-12.5", "true", "null", r#"{"c":[1,2],"d":","}"#, "[]", "\"\""]
        {
            let members = format!(r#"{value},"next":1"#);
            assert_eq!(value_len(members.as_bytes()), value.len(), "{value}");
            assert_eq!(value_len(value.as_bytes()), value.len(), "{value}");
        }
        assert_eq!((value_len(b""), value_len(b"\"cut")), (0, 4));
    }

    #[test]
    fn a_key_is_found_in_any_case_and_as_a_whole() {
        let all = br#","id":7,"User_Id":"x""#;
        for (key, is_there) in [
            (&br#","id":"#[..], true),
            (br#","ID":"#, true),
            (br#","user_id":"#, true),
            (br#","user":"#, false),
            (br#","x":"#, false),
        ] {
            assert_eq!(contain(all, key), is_there, "{}", key.escape_ascii());
        }
    }

    #[test]
    fn members_split_at_their_own_commas_only() {
        let all = br#","a":"x,\",y","b":{"c":[1,2],"d":","},"e":1"#;
        let (first, rest) = split_first(all);
        assert_eq!(first, br#","a":"x,\",y""#);
        let (second, rest) = split_first(rest);
        assert_eq!(second, br#","b":{"c":[1,2],"d":","}"#);
        assert_eq!(split_first(rest), (&br#","e":1"#[..], &b""[..]));
        assert_eq!(split_first(b""), (&b""[..], &b""[..]));
    }
}
