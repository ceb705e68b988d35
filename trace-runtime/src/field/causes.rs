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
/// `first` on, in at most `most` bytes. The last one may be cut. What would be
/// left of no text is left out, and so is the key.
pub(crate) fn push(to: &mut Cursor, key: &[u8], first: &(dyn Error + 'static), most: usize) -> Fit {
    let (before, end) = (to.len(), to.len() + most);
    // Room for the brackets and the quotes.
    if key.len() + 4 > most {
        return Fit::Cut;
    }
    to.put(key);
    to.put(b"[");
    let opened = to.len();
    let fit = push_all(to, first, end);
    if to.len() == opened {
        to.truncate(before);
    } else {
        to.put(b"]");
    }
    fit
}

fn push_all(to: &mut Cursor, first: &(dyn Error + 'static), end: usize) -> Fit {
    let mut next = Some(first);
    for nth in 0..MOST_CAUSES {
        let Some(cause) = next else { break };
        let comma: &[u8] = if nth == 0 { b"" } else { b"," };
        if push_one(to, comma, cause, end) == Fit::Cut {
            return Fit::Cut;
        }
        next = guard::caught(|| cause.source()).flatten();
    }
    Fit::Whole
}

/// Appends a comma and as much of a cause as fits: both, or nothing.
fn push_one(to: &mut Cursor, comma: &[u8], cause: &dyn Error, end: usize) -> Fit {
    let before = to.len();
    // Beside the text stand the comma and its quotes, behind it the bracket.
    let Some(most) = end.checked_sub(before + comma.len() + 3) else { return Fit::Cut };
    to.put(comma);
    let fit = encode::push_formatted(to, most, |to| write!(to, "{cause}"));
    if fit == Fit::Cut && to.len() == before + comma.len() + 2 {
        to.truncate(before);
    }
    fit
}

#[cfg(test)]
mod tests {
    use std::fmt;

    use proptest::prelude::*;

    use super::*;

    /// An error with this text, and its causes.
    #[derive(Debug)]
    struct Link(String, Option<Box<Self>>);

    impl fmt::Display for Link {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(&self.0)
        }
    }

    impl Error for Link {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            self.1.as_deref().map(|next| next as _)
        }
    }

    /// Returns the member in so many bytes, and the texts in it.
    fn pushed(texts: &[String], most: usize) -> (String, Vec<String>, Fit) {
        let link = |next, text: &String| Some(Box::new(Link(text.clone(), next)));
        let first = texts.iter().rev().fold(None, link).unwrap();
        let mut to = Cursor::default();
        to.put(b"{\"a\":1");
        let fit = push(&mut to, br#","e_chain":"#, &*first, most);
        to.put(b"}");
        let text = String::from_utf8(to.text().to_vec()).unwrap();
        let object: serde_json::Value = serde_json::from_str(&text).unwrap();
        let array = object.get("e_chain").map(|array| array.as_array().unwrap().iter());
        let there = array.into_iter().flatten().map(|cause| cause.as_str().unwrap().to_owned());
        (text[6..text.len() - 1].to_owned(), there.collect(), fit)
    }

    proptest! {
        #[test]
        fn causes_stand_there_in_full_but_for_the_last_one_which_is_not_empty(
            texts in prop::collection::vec("[a\"\u{1}é🦀]{0,6}", 1..6),
            most in 0_usize..80,
        ) {
            let (member, there, fit) = pushed(&texts, most);
            prop_assert!(member.len() <= most, "{member}");
            prop_assert!(member.is_empty() || !there.is_empty(), "{member}");
            if fit == Fit::Whole {
                prop_assert_eq!(there, texts);
            } else if let Some((last, others)) = there.split_last() {
                prop_assert_eq!(others, &texts[..others.len()]);
                let cause = &texts[others.len()];
                prop_assert!(cause.starts_with(last), "{}", member);
                prop_assert!(!last.is_empty() || cause.is_empty(), "{}", member);
            }
        }
    }

    #[test]
    fn a_cause_that_does_not_fit_at_all_leaves_no_trace() {
        let texts = ["no index", "disk gone"].map(str::to_owned);
        let said = |most| pushed(&texts, most).0;
        assert_eq!(said(35), r#","e_chain":["no index","disk gone"]"#);
        assert_eq!(said(34), r#","e_chain":["no index","disk gon"]"#);
        assert_eq!(said(27), r#","e_chain":["no index","d"]"#);
        assert_eq!(said(26), r#","e_chain":["no index"]"#);
        assert_eq!(said(16), r#","e_chain":["n"]"#);
        assert_eq!((said(15), pushed(&texts, 15).2), (String::new(), Fit::Cut));
        // The escaped quote does not fit, and a shorter one behind it is not shown.
        let texts = ["no index", "\"", "d"].map(str::to_owned);
        assert_eq!(pushed(&texts, 27).0, r#","e_chain":["no index"]"#);
    }

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
