//! The fields of a line as `key=value`.

use super::screen::Screen;
use crate::line::{Line, bare, decode, is_absent, is_quiet, native, users_name};

/// Returns the fields of a line that no column shows, each as `key=value`.
pub(crate) fn fields(line: &Line<'_>, screen: &Screen) -> Vec<String> {
    let mut seen: Vec<Vec<u8>> = Vec::new();
    let mut fields = Vec::new();
    for member in line.fields() {
        // The first of two members with one key is the one that counts.
        let is_first = !seen.iter().any(|key| key == member.key);
        if is_first && is_field(line, member.key, member.value) {
            fields.push(field(member.key, member.value, screen));
        }
        seen.push(member.key.to_vec());
    }
    fields
}

/// What is shown elsewhere, or says nothing, is no field of its own.
fn is_field(line: &Line<'_>, key: &[u8], value: &[u8]) -> bool {
    let is_empty = matches!(value, b"null" | b"\"\"" | b"[]" | b"{}");
    let is_ours = native(key).is_some() && is_absent(value);
    let is_empty = is_empty || key == b"dropped_attributes" && value == b"0";
    !is_empty && !is_ours && !line.is_role(value) && !is_quiet(key)
}

fn field(key: &[u8], value: &[u8], screen: &Screen) -> String {
    let (key, text) = (decode(key), decode(bare(value)));
    let needs_quotes = text.contains(' ') && value.first() == Some(&b'"');
    let (key, text) = (screen.safe(users_name(&key)), screen.safe(&text));
    match needs_quotes {
        true => format!("{key}=\"{text}\""),
        false => format!("{key}={text}"),
    }
}
