//! Encodes one field: its key and its value as JSON, in the room that is left.

use std::fmt::{self, Write as _};

use crate::{
    buffer::Buffer,
    field::{
        covered::REDACTED,
        nested::Nested,
        value::{Value, ValueKind},
    },
    guard,
    json::{number, string::Escaper},
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
    /// The length of the buffer at which the line must end.
    pub(crate) end: usize,
    /// The most that one value may take.
    pub(crate) value: usize,
}

impl Room {
    fn left(self, buf: &[u8]) -> usize {
        self.end.saturating_sub(buf.len())
    }
}

/// Appends `key`, which is JSON with comma and colon, and `value`.
///
/// Text that is too long is cut. Any other value that does not fit is left out.
pub(crate) fn push(buf: &mut Vec<u8>, key: &[u8], value: &Value<'_>, room: Room) -> Fit {
    let before = buf.len();
    // A value has at least two bytes.
    if value.is_absent() {
        return Fit::Whole;
    }
    if key.len() + 2 > room.left(buf) {
        return Fit::Cut;
    }
    buf.extend_from_slice(key);
    let fit = match value.0 {
        // The same as `push_value`, without the call.
        ValueKind::U64(value) => {
            number::push_u64(buf, value);
            Fit::Whole
        }
        _ => push_value(buf, value, room),
    };
    if buf.len() <= room.end && buf.len() > before + key.len() {
        return fit;
    }
    buf.truncate(before);
    Fit::Cut
}

/// Appends `key` and `value` as [`push`] does, but always as a string.
pub(crate) fn push_text(buf: &mut Vec<u8>, key: &[u8], value: &Value<'_>, room: Room) -> Fit {
    if value.is_absent() {
        return Fit::Whole;
    }
    if key.len() + 2 > room.left(buf) {
        return Fit::Cut;
    }
    buf.extend_from_slice(key);
    push_as_text(buf, value, room)
}

/// Appends a value. If it does not fit, it may exceed the room or be left
/// empty; the caller has to check.
fn push_value(buf: &mut Vec<u8>, value: &Value<'_>, room: Room) -> Fit {
    let most = room.value.min(room.left(buf)).saturating_sub(2);
    match value.0 {
        ValueKind::Absent => {}
        ValueKind::Bool(true) => buf.extend_from_slice(b"true"),
        ValueKind::Bool(false) => buf.extend_from_slice(b"false"),
        ValueKind::U64(value) => number::push_u64(buf, value),
        ValueKind::I64(value) => number::push_i64(buf, value),
        ValueKind::U128(value) => number::push_u128(buf, value),
        ValueKind::I128(value) => number::push_i128(buf, value),
        ValueKind::F32(value) => number::push_f32(buf, value),
        ValueKind::F64(value) => number::push_f64(buf, value),
        ValueKind::Nanos(nanos) => number::push_millis(buf, nanos),
        ValueKind::Str(text) => return push_quoted(buf, most, |to| to.push(text)),
        ValueKind::Char(c) => {
            return push_quoted(buf, most, |to| to.push(c.encode_utf8(&mut [0; 4])));
        }
        ValueKind::Bytes(bytes) => return push_quoted(buf, most, |to| to.push_lossy(bytes)),
        ValueKind::Redacted => return push_quoted(buf, most, |to| to.push(REDACTED)),
        ValueKind::TraceId(id) => {
            return id.with_text(|text| push_quoted(buf, most, |to| to.push(text)));
        }
        ValueKind::Uuid(uuid) => {
            let mut text = [0; 36];
            let text = uuid.hyphenated().encode_lower(&mut text);
            return push_quoted(buf, most, |to| to.push(text));
        }
        ValueKind::Display(value) => return push_formatted(buf, most, |to| write!(to, "{value}")),
        ValueKind::Debug(value) => return push_formatted(buf, most, |to| write!(to, "{value:?}")),
        ValueKind::Error(error) => {
            return push_formatted(buf, most, |to| write!(to, "{}", error.text()));
        }
        ValueKind::Nested(value) => return push_nested(buf, room, value),
        ValueKind::AsText(value) => return push_as_text(buf, &value.to_value(), room),
    }
    Fit::Whole
}

/// Appends a value as a string, whatever its type: a number as its digits,
/// nested JSON as its JSON text.
pub(crate) fn push_as_text(buf: &mut Vec<u8>, value: &Value<'_>, room: Room) -> Fit {
    let most = room.value.min(room.left(buf)).saturating_sub(2);
    match value.0 {
        ValueKind::Nested(value) => push_nested_text(buf, most, value),
        // These have no JSON form, but a text.
        ValueKind::F32(value) if !value.is_finite() => {
            push_formatted(buf, most, |to| write!(to, "{value}"))
        }
        ValueKind::F64(value) if !value.is_finite() => {
            push_formatted(buf, most, |to| write!(to, "{value}"))
        }
        _ if value.is_text() => push_value(buf, value, room),
        _ => {
            let mut digits = Buffer::default();
            let whole = Room { end: usize::MAX, value: usize::MAX };
            let _: Fit = push_value(digits.vec(), value, whole);
            // The largest integers already have quotes.
            let digits = digits.strip_prefix(b"\"").unwrap_or(&digits);
            let digits = digits.strip_suffix(b"\"").unwrap_or(digits);
            push_quoted(buf, most, |to| to.push_lossy(digits))
        }
    }
}

pub(crate) fn push_nested_text(buf: &mut Vec<u8>, most: usize, value: &dyn Nested) -> Fit {
    let mut json = Buffer::default();
    let written = guard::caught(|| value.write(json.vec(), most));
    match written {
        Some(Ok(())) => push_quoted(buf, most, |to| to.push_lossy(&json)),
        Some(Err(error)) if error.is_io() => {
            let _: Fit = push_quoted(buf, most, |to| to.push_lossy(&json));
            Fit::Cut
        }
        Some(Err(error)) => push_formatted(buf, most, |to| write!(to, "<failed: {error}>")),
        None => push_quoted(buf, most, |to| to.push("<panicked>")),
    }
}

/// Appends a string of at most `most` bytes, with its quotes.
pub(crate) fn push_quoted(
    buf: &mut Vec<u8>,
    most: usize,
    push: impl FnOnce(&mut Escaper<'_>),
) -> Fit {
    buf.push(b'"');
    let mut text = Escaper::new(buf, most);
    push(&mut text);
    let fit = if text.is_cut() { Fit::Cut } else { Fit::Whole };
    buf.push(b'"');
    fit
}

/// Appends the output of a user's formatter. If the formatter panics or fails,
/// a mark is written instead.
pub(crate) fn push_formatted(
    buf: &mut Vec<u8>,
    most: usize,
    format: impl FnOnce(&mut Escaper<'_>) -> fmt::Result,
) -> Fit {
    let start = buf.len();
    let mut failed = None;
    let fit = push_quoted(buf, most, |text| match guard::caught(|| format(text)) {
        Some(Ok(())) => {}
        Some(Err(_)) if text.is_cut() => {}
        Some(Err(error)) => failed = Some(format!("<failed: {error}>")),
        None => failed = Some("<panicked>".to_owned()),
    });
    let Some(mark) = failed else { return fit };
    buf.truncate(start);
    push_quoted(buf, most, |text| text.push(&mark))
}

fn push_nested(buf: &mut Vec<u8>, room: Room, value: &dyn Nested) -> Fit {
    let start = buf.len();
    let most = room.value.min(room.left(buf));
    match guard::caught(|| value.write(buf, most)) {
        Some(Ok(())) => Fit::Whole,
        Some(Err(error)) if error.is_io() => {
            buf.truncate(start);
            Fit::Cut
        }
        Some(Err(error)) => {
            buf.truncate(start);
            let most = most.saturating_sub(2);
            push_formatted(buf, most, |to| write!(to, "<failed: {error}>"))
        }
        None => {
            buf.truncate(start);
            push_quoted(buf, most.saturating_sub(2), |to| to.push("<panicked>"))
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
        let mut buf = Vec::new();
        let fit = push(&mut buf, b",\"k\":", &value, room);
        (String::from_utf8(buf).unwrap(), fit)
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
