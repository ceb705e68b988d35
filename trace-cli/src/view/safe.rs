//! Makes any text safe to show: what a terminal or a page might act on, or
//! what cannot be seen, becomes `\u{1b}`.

use std::{borrow::Cow, fmt::Write as _};

use unicode_width::UnicodeWidthChar as _;

/// Returns a text in which nothing moves the cursor, changes a colour, turns
/// the direction of writing, or hides.
pub(crate) fn safe(text: &str) -> Cow<'_, str> {
    if !text.contains(is_refused) {
        return Cow::Borrowed(text);
    }
    let mut safe = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match is_refused(c) {
            true => drop(write!(safe, "\\u{{{:x}}}", u32::from(c))),
            false => safe.push(c),
        }
    }
    Cow::Owned(safe)
}

/// Escapes, in addition, all that is not ASCII.
pub(crate) fn ascii(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    let escape = |c: char| match c.is_ascii() {
        true => c.to_string(),
        false => format!("\\u{{{:x}}}", u32::from(c)),
    };
    Cow::Owned(text.chars().map(escape).collect())
}

pub(super) fn is_refused(c: char) -> bool {
    matches!(
        c,
        '\0'..='\u{1f}'
            | '\u{7f}'..='\u{9f}'
            | '\u{ad}'
            // Fillers, which are as good as blanks that cannot be seen.
            | '\u{115f}' | '\u{1160}' | '\u{3164}' | '\u{ffa0}'
            | '\u{61c}' | '\u{180e}'
            // Of no width, and the direction of writing.
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            // Tags, which can hide a text in another.
            | '\u{e0000}'..='\u{e007f}'
    )
}

/// Returns how many columns a text takes. The sum of its characters is what
/// terminals add up to, also where fonts join letters.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(|c| c.width().unwrap_or_default()).sum()
}

/// Cuts a text so that it takes at most as many columns; `mark` shows where.
pub(crate) fn cut<'a>(text: &'a str, most: usize, mark: &str) -> Cow<'a, str> {
    if width(text) <= most {
        return Cow::Borrowed(text);
    }
    let Some(room) = most.checked_sub(width(mark)) else { return Cow::Borrowed("") };
    let mut taken = 0;
    let fits = |c: &char| {
        taken += c.width().unwrap_or_default();
        taken <= room
    };
    let mut begin: String = text.chars().take_while(fits).collect();
    begin.push_str(mark);
    Cow::Owned(begin)
}
