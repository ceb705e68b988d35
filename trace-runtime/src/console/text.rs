//! Text as it is shown: JSON text without the escapes that only JSON needs,
//! and how many columns it takes.
//!
//! What JSON escapes because it could move the cursor or change a colour stays
//! escaped: no text of a record is an instruction to a terminal.

use std::borrow::Cow;

/// Returns JSON text, without its quotes, as it is shown outside quotes: quotes
/// and backslashes stand for themselves.
pub(super) fn shown(json: &str) -> Cow<'_, str> {
    if !json.contains('\\') {
        return Cow::Borrowed(json);
    }
    let mut shown = String::with_capacity(json.len());
    let mut rest = json;
    while let Some((before, after)) = rest.split_once('\\') {
        shown.push_str(before);
        match after.chars().next() {
            Some(c @ ('"' | '\\' | '/')) => shown.push(c),
            other => {
                shown.push('\\');
                shown.extend(other);
            }
        }
        rest = after.get(1..).unwrap_or_default();
    }
    shown.push_str(rest);
    Cow::Owned(shown)
}

/// Returns a value of a field, which is JSON, as it is shown behind its key.
/// Text has quotes where its end could not be seen, and where a character is
/// escaped.
pub(super) fn shown_value(json: &str) -> Cow<'_, str> {
    let text = json.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    let Some(text) = text else { return Cow::Borrowed(json) };
    let needs_quotes = |c: char| c.is_whitespace() || matches!(c, '"' | '=' | '\\');
    let is_bare = !text.is_empty() && !text.contains(needs_quotes);
    Cow::Borrowed(if is_bare { text } else { json })
}

/// Returns how many columns a text takes.
pub(super) fn columns(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.chars().map(columns_of).sum() }
}

/// The characters that take no column: those that join the one before.
const NONE: [(char, char); 6] = [
    ('\u{300}', '\u{36f}'),
    ('\u{483}', '\u{489}'),
    ('\u{591}', '\u{5bd}'),
    ('\u{200b}', '\u{200d}'),
    ('\u{20d0}', '\u{20ff}'),
    ('\u{fe00}', '\u{fe0f}'),
];

/// The characters that take two columns, as far as they are usual: East Asian
/// scripts, and pictures (Unicode Standard Annex 11).
const TWO: [(char, char); 13] = [
    ('\u{1100}', '\u{115f}'),
    ('\u{2e80}', '\u{303e}'),
    ('\u{3041}', '\u{a4cf}'),
    ('\u{a960}', '\u{a97c}'),
    ('\u{ac00}', '\u{d7a3}'),
    ('\u{f900}', '\u{faff}'),
    ('\u{fe30}', '\u{fe6f}'),
    ('\u{ff00}', '\u{ff60}'),
    ('\u{ffe0}', '\u{ffe6}'),
    ('\u{1f300}', '\u{1f64f}'),
    ('\u{1f680}', '\u{1f6ff}'),
    ('\u{1f900}', '\u{1faff}'),
    ('\u{20000}', '\u{3fffd}'),
];

fn columns_of(c: char) -> usize {
    let is_one_of = |ranges: &[(char, char)]| ranges.iter().any(|it| (it.0..=it.1).contains(&c));
    match c {
        ..'\u{300}' => 1,
        _ if is_one_of(&NONE) => 0,
        _ if is_one_of(&TWO) => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_could_harm_stays_escaped() {
        for (json, expected) in [
            ("plain", "plain"),
            (r#"said \"hi\""#, r#"said "hi""#),
            (r"C:\\new", r"C:\new"),
            (r"two\nlines\t\u001b[31m", r"two\nlines\t\u001b[31m"),
            (r"\\u001b", r"\u001b"),
            (r"é\u0085é", r"é\u0085é"),
            ("\\", "\\"),
        ] {
            assert_eq!(shown(json), expected, "{json}");
        }
    }

    #[test]
    fn a_value_has_quotes_where_its_end_could_not_be_seen() {
        for (json, expected) in [
            (r#""globex""#, "globex"),
            (r#""/users/{id}""#, "/users/{id}"),
            (r#""a b""#, r#""a b""#),
            (r#""a=b""#, r#""a=b""#),
            (r#""a\nb""#, r#""a\nb""#),
            (r#""say \"hi\"""#, r#""say \"hi\"""#),
            ("\"a\u{a0}b\"", "\"a\u{a0}b\""),
            (r#""""#, r#""""#),
            ("42", "42"),
            (r#"{"a":"b c"}"#, r#"{"a":"b c"}"#),
        ] {
            assert_eq!(shown_value(json), expected, "{json}");
        }
    }

    #[test]
    fn wide_characters_take_two_columns_and_marks_none() {
        for (text, expected) in
            [("abc", 3), ("é", 1), ("e\u{301}", 1), ("日本", 4), ("🙂", 2), ("→", 1), ("", 0)]
        {
            assert_eq!(columns(text), expected, "{text}");
        }
    }
}
