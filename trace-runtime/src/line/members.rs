//! The constant members of a callsite that is made at run time.

use super::keys;
use crate::{field::encode, json::cursor::Cursor};

/// Returns `,"target":"shop::db"`.
pub(crate) fn target_member(target: &str) -> String {
    member(keys::TARGET, target)
}

/// Returns `,"name":"load"`.
pub(crate) fn name_member(name: &str) -> String {
    member(keys::NAME, name)
}

fn member(key: &str, text: &str) -> String {
    let mut member = Cursor::default();
    member.put(key.as_bytes());
    // Marked by no line: a name is cut in the same way wherever it stands.
    let _ = encode::push_quoted(&mut member, keys::MOST_NAME, |to| to.push(text));
    String::from_utf8_lossy(member.text()).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_escaped_and_not_too_long() {
        assert_eq!(name_member("a \"b\"\n"), r#","name":"a \"b\"\n""#);
        let long = target_member(&"x".repeat(1_000));
        assert!(long.len() <= keys::TARGET.len() + keys::MOST_MEMBER + 1, "{}", long.len());
    }
}
