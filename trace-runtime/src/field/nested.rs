//! Writes any `Serialize` type as nested JSON, with the escaping and numbers of
//! `json`.
//!
//! `serde_json` traverses the value, and `json` writes its strings and numbers.

use std::io::{self, Write};

use serde_core::Serialize;
use serde_json::ser::Formatter;

use crate::json::{
    cursor::Cursor,
    number,
    string::{Escaper, char_boundary},
};

/// A value that can write itself as JSON: `Serialize`, made object-safe.
pub(crate) trait Nested {
    /// Appends the value, in at most `most` bytes.
    ///
    /// # Errors
    ///
    /// Returns the reason why the value could not be written; part of it may
    /// have been appended.
    fn write(&self, to: &mut Cursor, most: usize) -> Result<(), serde_json::Error>;
}

impl<T: Serialize + ?Sized> Nested for T {
    fn write(&self, to: &mut Cursor, most: usize) -> Result<(), serde_json::Error> {
        let end = to.len().saturating_add(most);
        let writer = Bounded { to, end };
        let mut serializer = serde_json::Serializer::with_formatter(writer, Escaping::default());
        self.serialize(&mut serializer)
    }
}

/// Accepts bytes up to a length, and returns an error beyond that.
struct Bounded<'a> {
    to: &'a mut Cursor,
    end: usize,
}

impl Write for Bounded<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.to.len() + bytes.len() > self.end {
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.to.put(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// How many bytes of a string are escaped at once.
const PIECE: usize = 4096;

/// Compact JSON whose strings and numbers are written as on the line itself.
#[derive(Default)]
struct Escaping {
    scratch: Cursor,
    /// Inside a key, where `serde_json` adds the quotes itself.
    in_key: bool,
}

impl Escaping {
    /// Writes the output of `push`.
    fn through<W: Write + ?Sized>(
        &mut self,
        writer: &mut W,
        push: impl FnOnce(&mut Cursor),
    ) -> io::Result<()> {
        self.scratch.truncate(0);
        push(&mut self.scratch);
        let text = self.scratch.text();
        let bare = text.strip_prefix(b"\"").filter(|_| self.in_key);
        let bare = bare.and_then(|text| text.strip_suffix(b"\""));
        writer.write_all(bare.unwrap_or(text))
    }
}

impl Formatter for Escaping {
    fn write_string_fragment<W>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()>
    where
        W: ?Sized + Write,
    {
        // Piece by piece, because the writer returns an error once it is full.
        let mut rest = fragment;
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(char_boundary(rest, PIECE));
            self.scratch.truncate(0);
            Escaper::new(&mut self.scratch, usize::MAX).push(piece);
            writer.write_all(self.scratch.text())?;
            rest = after;
        }
        Ok(())
    }

    /// Numbers of `serde_json`'s feature `arbitrary_precision`.
    fn write_number_str<W>(&mut self, writer: &mut W, value: &str) -> io::Result<()>
    where
        W: ?Sized + Write,
    {
        let is_integer = value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        let is_large = is_integer && !value.parse::<i64>().is_ok_and(|it| it != i64::MIN);
        self.through(writer, |to| {
            let quote: &[u8] = if is_large { b"\"" } else { b"" };
            to.put(quote);
            to.put(value.as_bytes());
            to.put(quote);
        })
    }

    /// JSON that other code has written (`serde_json`'s `RawValue`): its white
    /// space is removed and its strings are escaped by our rules.
    fn write_raw_fragment<W>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()>
    where
        W: ?Sized + Write,
    {
        let (mut quoted, mut rest) = (false, fragment);
        while let Some(at) = rest.find(['"', '\\', ' ', '\n', '\r', '\t']) {
            let (before, found) = rest.split_at(at);
            self.write_string_fragment(writer, before)?;
            let length = match found.as_bytes()[0] {
                b'\\' => found.len().min(2),
                _ => 1,
            };
            quoted ^= found.starts_with('"');
            if quoted || found.starts_with('"') {
                writer.write_all(&found.as_bytes()[..length])?;
            }
            rest = &found[length..];
        }
        self.write_string_fragment(writer, rest)
    }

    fn write_i64<W: ?Sized + Write>(&mut self, writer: &mut W, value: i64) -> io::Result<()> {
        self.through(writer, |to| number::push_i64(to, value))
    }

    fn write_i128<W: ?Sized + Write>(&mut self, writer: &mut W, value: i128) -> io::Result<()> {
        self.through(writer, |to| number::push_i128(to, value))
    }

    fn write_u64<W: ?Sized + Write>(&mut self, writer: &mut W, value: u64) -> io::Result<()> {
        self.through(writer, |to| number::push_u64(to, value))
    }

    fn write_u128<W: ?Sized + Write>(&mut self, writer: &mut W, value: u128) -> io::Result<()> {
        self.through(writer, |to| number::push_u128(to, value))
    }

    fn write_f32<W: ?Sized + Write>(&mut self, writer: &mut W, value: f32) -> io::Result<()> {
        self.through(writer, |to| number::push_f32(to, value))
    }

    fn write_f64<W: ?Sized + Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        self.through(writer, |to| number::push_f64(to, value))
    }

    fn begin_object_key<W>(&mut self, writer: &mut W, first: bool) -> io::Result<()>
    where
        W: ?Sized + Write,
    {
        self.in_key = true;
        if first { Ok(()) } else { writer.write_all(b",") }
    }

    fn end_object_key<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        self.in_key = false;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn text(value: &dyn Nested) -> String {
        let mut to = Cursor::default();
        value.write(&mut to, 1000).unwrap();
        String::from_utf8(to.text().to_vec()).unwrap()
    }

    #[test]
    fn nested_json_is_escaped_like_any_other() {
        assert_eq!(text(&["a\u{2028}\u{7f}\"\n"]), r#"["a\u2028\u007f\"\n"]"#);
    }

    #[test]
    fn large_integers_are_quoted_once_also_as_keys() {
        let map = BTreeMap::from([(1, u64::MAX), (u64::MAX, 1)]);
        let expected = r#"{"1":"18446744073709551615","18446744073709551615":1}"#;
        assert_eq!(text(&map), expected);
    }

    #[test]
    fn json_that_somebody_else_wrote_is_made_ours() {
        let mut out = Vec::new();
        let raw = "{ \"a b\":\n [1, \"\u{7f}\\\" \u{202e}\"] }";
        Escaping::default().write_raw_fragment(&mut out, raw).unwrap();
        let expected = r#"{"a b":[1,"\u007f\" \u202e"]}"#;
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn integers_of_any_precision_are_quoted_past_i64() {
        let text = |number: &str| {
            let mut out = Vec::new();
            Escaping::default().write_number_str(&mut out, number).unwrap();
            String::from_utf8(out).unwrap()
        };
        assert_eq!(text("9223372036854775807"), "9223372036854775807");
        assert_eq!(text("9223372036854775808"), "\"9223372036854775808\"");
        assert_eq!(text("-9223372036854775808"), "\"-9223372036854775808\"");
        assert_eq!(text("1.50e400"), "1.50e400");
    }

    #[test]
    fn what_does_not_fit_is_an_error() {
        assert!(["aaaa"].write(&mut Cursor::default(), 7).is_err());
        assert!(["aaaa"].write(&mut Cursor::default(), 8).is_ok());
    }
}
