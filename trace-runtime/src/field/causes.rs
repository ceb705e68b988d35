//! Writes the causes of an error, as an array of texts of limited length.
//!
//! The causes of a field `key` stand under `key_chain`, beside the text of the
//! error.

use std::{error::Error, fmt::Write as _};

use crate::{
    field::{
        encode::{self, Fit},
        value::Value,
    },
    guard,
    json::{cursor::Cursor, members},
};

/// The most causes that are written.
const MOST_CAUSES: usize = 8;

/// The suffix that turns the key of an error into the key of its causes.
const SUFFIX: &str = "_chain";

/// Returns the first cause of a value, if the value is an error and has one.
#[inline]
pub(crate) fn of<'a>(value: &Value<'a>) -> Option<&'a (dyn Error + 'static)> {
    let error = value.caused()?;
    guard::caught(|| error.source()).flatten()
}

/// Returns the key of the causes of the error under `key`. Both keys are JSON
/// with comma and colon: `,"e":` gives `,"e_chain":`.
pub(crate) fn key(key: &[u8]) -> Vec<u8> {
    let name = key.strip_suffix(b"\":").unwrap_or(key);
    [name, SUFFIX.as_bytes(), b"\":"].concat()
}

/// Returns the key and the first of a field's causes, unless another field of
/// the line has that key.
#[inline]
pub(crate) fn beside<'a>(
    name: &str,
    value: &Value<'a>,
    keys: &[&str],
) -> Option<(Vec<u8>, &'a (dyn Error + 'static))> {
    if value.caused().is_some() { beside_error(name, value, keys) } else { None }
}

#[cold] // Few fields are errors.
fn beside_error<'a>(
    name: &str,
    value: &Value<'a>,
    keys: &[&str],
) -> Option<(Vec<u8>, &'a (dyn Error + 'static))> {
    let first = of(value)?;
    let key = key(name.as_bytes());
    let is_taken = keys.iter().any(|other| other.as_bytes().eq_ignore_ascii_case(&key));
    (!is_taken).then_some((key, first))
}

/// Returns whether a member, `,"e_chain":[…]`, holds the causes of the error
/// under `key`.
pub(crate) fn are_of(member: &[u8], key: &[u8]) -> bool {
    let name = key.strip_suffix(b"\":").unwrap_or(key);
    let Some((start, rest)) = member.split_at_checked(name.len()) else { return false };
    let rest = rest.strip_prefix(SUFFIX.as_bytes()).unwrap_or_default();
    start.eq_ignore_ascii_case(name) && rest.starts_with(b"\":[")
}

/// Returns `members` without the causes of the error under `key`, if they come
/// first.
pub(crate) fn skip<'a>(members: &'a [u8], key: &[u8]) -> &'a [u8] {
    let (first, rest) = members::split_first(members);
    if are_of(first, key) { rest } else { members }
}

/// Appends `key`, which is JSON with comma and colon, and the causes from
/// `first` on, in at most `most` bytes.
pub(crate) fn push(to: &mut Cursor, key: &[u8], first: &(dyn Error + 'static), most: usize) -> Fit {
    let end = to.len() + most;
    // Room for the brackets, the quotes and a comma.
    if to.len() + key.len() + 5 > end {
        return Fit::Cut;
    }
    to.put(key);
    to.put(b"[");
    let mut fit = Fit::Whole;
    let mut next = Some(first);
    for nth in 0..MOST_CAUSES {
        let Some(cause) = next else { break };
        let Some(most) = end.checked_sub(to.len() + 4) else {
            fit = Fit::Cut;
            break;
        };
        to.put(if nth == 0 { b"" } else { b"," });
        let one = encode::push_formatted(to, most, |to| write!(to, "{cause}"));
        fit = if one == Fit::Cut { Fit::Cut } else { fit };
        next = guard::caught(|| cause.source()).flatten();
    }
    to.put(b"]");
    fit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_of_the_causes_is_that_of_the_error_and_chain() {
        let chain = key(br#","db.error":"#);
        assert_eq!(chain, br#","db.error_chain":"#);
        assert!(are_of(br#","db.error_chain":["a"]"#, br#","db.error":"#));
        for other in [&br#","db":"#[..], br#","db.error_chain":"#, br#","error":"#] {
            assert!(!are_of(br#","db.error_chain":["a"]"#, other), "{other:?}");
        }
        assert!(!are_of(br#","db.error_chain":"mine""#, br#","db.error":"#));
    }
}
