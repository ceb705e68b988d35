//! The usual attributes, whose key and value take less than 128 bytes together:
//! all lengths are one byte, and are known before anything is written.

use trace_runtime::observe::{FieldValue, Text};

use super::{Value, Wire, varint};

/// The tags of a key, of a value, and of what a value holds.
const KEY: u8 = 0x0A;
const VALUE: u8 = 0x12;
const STRING: u8 = 0x0A;
const BOOL: u8 = 0x10;
const INT: u8 = 0x18;
const DOUBLE: u8 = 0x21;

/// The encoded value of a short attribute, with its tag and its length; text is
/// apart.
struct Short {
    bytes: [u8; 13],
    len: usize,
}

impl Short {
    /// What a value holds: the tag, and up to ten bytes.
    #[expect(clippy::inline_always, reason = "so that no value is built in memory")]
    #[inline(always)]
    fn new(tag: u8, inside: &[u8], text_len: u8) -> Self {
        let mut bytes = [0; 13];
        let len = 3 + inside.len();
        bytes[3..len].copy_from_slice(inside);
        let value_len = u8::try_from(len - 2).unwrap_or_default() + text_len;
        bytes[..3].copy_from_slice(&[VALUE, value_len, tag]);
        Self { bytes, len }
    }
}

impl Wire {
    /// Appends an attribute of the user, if it is a short one.
    #[expect(clippy::inline_always, reason = "so that no value is built in memory")]
    #[inline(always)]
    pub(super) fn short_user(&mut self, field: u32, key: Text<'_>, value: FieldValue<'_>) -> bool {
        key.as_plain().is_some_and(|key| self.short_field(field, key, value))
    }

    /// Appends an attribute of ours, if it is a short one.
    #[expect(clippy::inline_always, reason = "so that no value is built in memory")]
    #[inline(always)]
    pub(super) fn short_ours(&mut self, field: u32, key: &str, value: &Value<'_>) -> bool {
        match value {
            Value::Str(text) => self.short_text(field, key, text),
            Value::Int(number) => self.short_int(field, key, *number),
            Value::Field(value) => self.short_field(field, key, *value),
            Value::Unknown(_) | Value::Path(..) | Value::Millis(_) | Value::Texts(_) => false,
        }
    }

    #[expect(clippy::inline_always, reason = "so that no value is built in memory")]
    #[inline(always)]
    fn short_field(&mut self, field: u32, key: &str, value: FieldValue<'_>) -> bool {
        match value {
            FieldValue::Bool(value) => {
                self.short(field, key, &Short::new(BOOL, &[value.into()], 0), "")
            }
            FieldValue::I64(number) => self.short_int(field, key, number),
            FieldValue::F64(number) => {
                let bytes = number.to_bits().to_le_bytes();
                self.short(field, key, &Short::new(DOUBLE, &bytes, 0), "")
            }
            FieldValue::Text(text) => {
                text.as_plain().is_some_and(|text| self.short_text(field, key, text))
            }
            _ => false,
        }
    }

    #[expect(clippy::inline_always, reason = "so that no value is built in memory")]
    #[inline(always)]
    #[expect(clippy::cast_sign_loss, reason = "the format wants the two's complement")]
    fn short_int(&mut self, field: u32, key: &str, number: i64) -> bool {
        let (bytes, len) = varint(number as u64);
        self.short(field, key, &Short::new(INT, &bytes[..len], 0), "")
    }

    #[expect(clippy::inline_always, reason = "so that no value is built in memory")]
    #[inline(always)]
    fn short_text(&mut self, field: u32, key: &str, text: &str) -> bool {
        match u8::try_from(text.len()) {
            Ok(len @ ..0x80) => self.short(field, key, &Short::new(STRING, &[len], len), text),
            Ok(_) | Err(_) => false,
        }
    }

    /// Appends key and value, unless they are too long.
    #[expect(clippy::inline_always, reason = "so that no value is built in memory")]
    #[inline(always)]
    fn short(&mut self, field: u32, key: &str, value: &Short, text: &str) -> bool {
        let all = 2 + key.len() + value.len + text.len();
        let (Ok(all @ ..0x80), Ok(key_len)) = (u8::try_from(all), u8::try_from(key.len())) else {
            return false;
        };
        self.head(field, all.into());
        self.push(&[KEY, key_len]);
        self.push(key.as_bytes());
        self.push(&value.bytes[..value.len]);
        self.push(text.as_bytes());
        true
    }
}

/// Returns an attribute by itself, to be kept and appended often.
pub(crate) fn attribute(field: u32, key: &str, value: &Value<'_>, longest: Option<usize>) -> Wire {
    let mut wire = Wire::default();
    wire.nested(field, |pair| {
        pair.bytes(1, key.as_bytes());
        pair.any_value(2, value, longest);
    });
    wire
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Appends an attribute by way of `short`; nothing if it is not short.
    fn short(key: &str, value: &Value<'_>) -> Vec<u8> {
        let mut wire = Wire::default();
        let is_short = wire.short_ours(9, key, value);
        assert_eq!(is_short, wire.len() > 0);
        wire.into_bytes()
    }

    #[test]
    fn a_short_attribute_is_written_as_any_other() {
        // Key and value take 127 bytes with a text of 114.
        let texts = ["", "ok", &"x".repeat(114), &"x".repeat(115), &"x".repeat(300)];
        let fields = [
            FieldValue::Bool(true),
            FieldValue::I64(-1),
            FieldValue::I64(i64::MAX),
            FieldValue::F64(0.25),
        ];
        let numbers = [0, 1, 127, 128, -7].map(Value::Int);
        let all = texts.map(Value::Str).into_iter().chain(fields.map(Value::Field)).chain(numbers);
        let (mut written, mut long) = (0, 0);
        for value in all {
            let expected = attribute(9, "outcome", &value, None).into_bytes();
            let short = short("outcome", &value);
            if short.is_empty() {
                assert!(expected.len() >= 130, "{value:?}");
                long += 1;
            } else {
                assert_eq!(short, expected, "{value:?}");
                written += 1;
            }
        }
        assert_eq!((written, long), (12, 2));
    }
}
