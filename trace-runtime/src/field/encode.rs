//! Encodes one field: its key and its value as JSON, in the room that is left.

#![expect(clippy::inline_always, reason = "a borrowed cursor would be kept in memory")]

use std::fmt::{self, Write as _};

use crate::{
    buffer::Buffer,
    field::{
        covered::REDACTED,
        nested::Nested,
        value::{Value, ValueKind},
    },
    guard,
    json::{
        cursor::Cursor,
        number,
        string::{Escaper, is_plain},
    },
};

/// Whether something was written in full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub(crate) enum Fit {
    Whole,
    /// Shortened, or left out.
    Cut,
}

/// How long a line may get, and how many bytes of it one value may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Room {
    /// The length of the text at which the line must end.
    pub(crate) end: usize,
    /// The most that one value may take.
    pub(crate) value: usize,
}

impl Room {
    #[inline(always)]
    fn left(self, to: &Cursor) -> usize {
        self.end.saturating_sub(to.len())
    }
}

/// Appends `key`, which is JSON with comma and colon, and `value`.
///
/// Text that is too long is cut. Any other value that does not fit is left out.
#[inline(always)]
pub(crate) fn push(to: &mut Cursor, key: &[u8], value: &Value<'_>, room: Room) -> Fit {
    let left = room.left(to).saturating_sub(key.len());
    match value.0 {
        ValueKind::U64(value) if left >= number::MOST_LEN => {
            to.put_short(key);
            number::push_u64(to, value);
            Fit::Whole
        }
        ValueKind::I64(value) if left >= number::MOST_LEN => {
            to.put_short(key);
            number::push_i64(to, value);
            Fit::Whole
        }
        ValueKind::Str(text) if text.len() + 2 <= left.min(room.value) && is_plain(text) => {
            to.put_short(key);
            to.put_quoted(text.as_bytes());
            Fit::Whole
        }
        // Copied, so that the value is not kept in memory for this rare call.
        value => to.aside(|to| push_any(to, key, &Value(value), room)),
    }
}

/// Does the same as [`push`], for any value and any room.
fn push_any(to: &mut Cursor, key: &[u8], value: &Value<'_>, room: Room) -> Fit {
    let before = to.len();
    // A value has at least two bytes.
    if value.is_absent() {
        return Fit::Whole;
    }
    if key.len() + 2 > room.left(to) {
        return Fit::Cut;
    }
    to.put(key);
    let fit = push_value(to, value, room);
    if to.len() <= room.end && to.len() > before + key.len() {
        return fit;
    }
    to.truncate(before);
    Fit::Cut
}

/// Appends `key` and `value` as [`push`] does, but always as a string.
pub(crate) fn push_text(to: &mut Cursor, key: &[u8], value: &Value<'_>, room: Room) -> Fit {
    if value.is_absent() {
        return Fit::Whole;
    }
    if key.len() + 2 > room.left(to) {
        return Fit::Cut;
    }
    to.put(key);
    push_as_text(to, value, room)
}

/// Appends a value. If it does not fit, it may exceed the room or be left
/// empty; the caller has to check.
fn push_value(to: &mut Cursor, value: &Value<'_>, room: Room) -> Fit {
    let most = room.value.min(room.left(to)).saturating_sub(2);
    match value.0 {
        ValueKind::Absent => {}
        ValueKind::Bool(true) => to.put(b"true"),
        ValueKind::Bool(false) => to.put(b"false"),
        ValueKind::U64(value) => number::push_u64(to, value),
        ValueKind::I64(value) => number::push_i64(to, value),
        ValueKind::U128(value) => number::push_u128(to, value),
        ValueKind::I128(value) => number::push_i128(to, value),
        ValueKind::F32(value) => number::push_f32(to, value),
        ValueKind::F64(value) => number::push_f64(to, value),
        ValueKind::Nanos(nanos) => number::push_millis(to, nanos),
        ValueKind::Str(text) => return push_quoted(to, most, |to| to.push(text)),
        ValueKind::Char(c) => {
            return push_quoted(to, most, |to| to.push(c.encode_utf8(&mut [0; 4])));
        }
        ValueKind::Bytes(bytes) => return push_quoted(to, most, |to| to.push_lossy(bytes)),
        ValueKind::Redacted => return push_quoted(to, most, |to| to.push(REDACTED)),
        ValueKind::TraceId(id) => {
            return id.with_text(|text| push_quoted(to, most, |to| to.push(text)));
        }
        ValueKind::Uuid(uuid) => {
            let mut text = [0; 36];
            let text = uuid.hyphenated().encode_lower(&mut text);
            return push_quoted(to, most, |to| to.push(text));
        }
        ValueKind::Display(value) => return push_formatted(to, most, |to| write!(to, "{value}")),
        ValueKind::Debug(value) => return push_formatted(to, most, |to| write!(to, "{value:?}")),
        ValueKind::Error(error) => {
            return push_formatted(to, most, |to| write!(to, "{}", error.text()));
        }
        ValueKind::Nested(value) => return push_nested(to, room, value),
        ValueKind::AsText(value) => return push_as_text(to, &value.to_value(), room),
    }
    Fit::Whole
}

/// Appends a value as a string, whatever its type: a number as its digits,
/// nested JSON as its JSON text.
pub(crate) fn push_as_text(to: &mut Cursor, value: &Value<'_>, room: Room) -> Fit {
    let most = room.value.min(room.left(to)).saturating_sub(2);
    match value.0 {
        ValueKind::Nested(value) => push_nested_text(to, most, value),
        // These have no JSON form, but a text.
        ValueKind::F32(value) if !value.is_finite() => {
            push_formatted(to, most, |to| write!(to, "{value}"))
        }
        ValueKind::F64(value) if !value.is_finite() => {
            push_formatted(to, most, |to| write!(to, "{value}"))
        }
        _ if value.is_text() => push_value(to, value, room),
        _ => {
            let mut digits = Buffer::default();
            let whole = Room { end: usize::MAX, value: usize::MAX };
            let _: Fit = push_value(digits.cursor(), value, whole);
            // The largest integers already have quotes.
            let digits = digits.strip_prefix(b"\"").unwrap_or(&digits);
            let digits = digits.strip_suffix(b"\"").unwrap_or(digits);
            push_quoted(to, most, |to| to.push_lossy(digits))
        }
    }
}

pub(crate) fn push_nested_text(to: &mut Cursor, most: usize, value: &dyn Nested) -> Fit {
    let mut json = Buffer::default();
    let written = guard::caught(|| value.write(json.cursor(), most));
    match written {
        Some(Ok(())) => push_quoted(to, most, |to| to.push_lossy(&json)),
        Some(Err(error)) if error.is_io() => {
            let _: Fit = push_quoted(to, most, |to| to.push_lossy(&json));
            Fit::Cut
        }
        Some(Err(error)) => push_formatted(to, most, |to| write!(to, "<failed: {error}>")),
        None => push_quoted(to, most, |to| to.push("<panicked>")),
    }
}

/// Appends a string of at most `most` bytes, with its quotes.
pub(crate) fn push_quoted(
    to: &mut Cursor,
    most: usize,
    push: impl FnOnce(&mut Escaper<'_>),
) -> Fit {
    to.put(b"\"");
    let mut text = Escaper::new(to, most);
    push(&mut text);
    let fit = if text.is_cut() { Fit::Cut } else { Fit::Whole };
    to.put(b"\"");
    fit
}

/// Appends the output of a user's formatter. If the formatter panics or fails,
/// a mark is written instead.
pub(crate) fn push_formatted(
    to: &mut Cursor,
    most: usize,
    format: impl FnOnce(&mut Escaper<'_>) -> fmt::Result,
) -> Fit {
    let start = to.len();
    let mut failed = None;
    let fit = push_quoted(to, most, |text| match guard::caught(|| format(text)) {
        Some(Ok(())) => {}
        Some(Err(_)) if text.is_cut() => {}
        Some(Err(error)) => failed = Some(format!("<failed: {error}>")),
        None => failed = Some("<panicked>".to_owned()),
    });
    let Some(mark) = failed else { return fit };
    to.truncate(start);
    push_quoted(to, most, |text| text.push(&mark))
}

fn push_nested(to: &mut Cursor, room: Room, value: &dyn Nested) -> Fit {
    let start = to.len();
    let most = room.value.min(room.left(to));
    match guard::caught(|| value.write(to, most)) {
        Some(Ok(())) => Fit::Whole,
        Some(Err(error)) if error.is_io() => {
            to.truncate(start);
            Fit::Cut
        }
        Some(Err(error)) => {
            to.truncate(start);
            let most = most.saturating_sub(2);
            push_formatted(to, most, |to| write!(to, "<failed: {error}>"))
        }
        None => {
            to.truncate(start);
            push_quoted(to, most.saturating_sub(2), |to| to.push("<panicked>"))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Display;

    use super::*;
    use crate::field::{covered::Json, value::ToValue as _};

    const ROOM: Room = Room { end: 1000, value: 100 };

    fn text(value: Value<'_>, room: Room) -> (String, Fit) {
        let mut to = Cursor::default();
        let fit = push(&mut to, b",\"k\":", &value, room);
        (String::from_utf8(to.text().to_vec()).unwrap(), fit)
    }

    struct Formats(fn(&mut fmt::Formatter<'_>) -> fmt::Result);

    impl Display for Formats {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            (self.0)(f)
        }
    }

    #[test]
    fn text_too_long_is_cut_and_a_number_is_left_out() {
        let room = Room { end: 9, value: 100 };
        assert_eq!(text("abc".to_value(), room), (r#","k":"ab""#.to_owned(), Fit::Cut));
        assert_eq!(text(12345.to_value(), room), (String::new(), Fit::Cut));
        assert_eq!(text(1234.to_value(), room), (r#","k":1234"#.to_owned(), Fit::Whole));
        let value = Room { end: 1000, value: 4 };
        assert_eq!(text("abc".to_value(), value), (r#","k":"ab""#.to_owned(), Fit::Cut));
    }

    #[test]
    fn nested_json_that_does_not_fit_is_left_out() {
        let room = Room { end: 9, value: 100 };
        assert_eq!(text(Json([1, 23]).to_value(), room), (String::new(), Fit::Cut));
    }

    #[test]
    fn none_leaves_the_key_out() {
        assert_eq!(text(None::<u8>.to_value(), ROOM), (String::new(), Fit::Whole));
    }

    #[test]
    fn a_formatter_that_fails_or_panics_leaves_a_mark() {
        let fails = Formats(|f| f.write_str("part").and(Err(fmt::Error)));
        let (written, _) = text(Value::display(&fails), ROOM);
        let expected = r#","k":"<failed: an error occurred when formatting an argument>""#;
        assert_eq!(written, expected);
        let panics = Formats(|_| panic!("no"));
        let (written, _) = text(Value::display(&panics), ROOM);
        assert_eq!(written, r#","k":"<panicked>""#);
    }

    #[test]
    fn a_formatter_with_much_to_say_is_stopped() {
        let endless = Formats(|f| {
            loop {
                f.write_str("0123456789")?;
            }
        });
        let (written, fit) = text(Value::display(&endless), ROOM);
        assert_eq!((written.len(), fit), (5 + 100, Fit::Cut));
    }
}
