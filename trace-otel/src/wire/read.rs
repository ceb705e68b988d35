//! Reads protobuf messages: our own batches, to divide them, and the answers of
//! a receiver.

/// Takes the first field of a message: its number, its value, and the length of
/// all. The value is empty unless the field has a length. `None` at the end,
/// and where the message is damaged.
pub(crate) fn first_field(message: &[u8]) -> Option<(u64, Field<'_>, usize)> {
    let (tag, start) = read_varint(message)?;
    let rest = message.get(start..)?;
    let (field, len) = match tag & 7 {
        0 => read_varint(rest).map(|(value, len)| (Field::Number(value), len))?,
        1 => (Field::Other, 8),
        2 => read_bytes(rest)?,
        5 => (Field::Other, 4),
        _ => return None,
    };
    let end = start + len;
    (end <= message.len()).then_some((tag >> 3, field, end))
}

fn read_bytes(rest: &[u8]) -> Option<(Field<'_>, usize)> {
    let (len, head) = read_varint(rest)?;
    let end = head.checked_add(usize::try_from(len).ok()?)?;
    Some((Field::Bytes(rest.get(head..end)?), end))
}

/// The value of a field that was read.
#[derive(Debug, PartialEq)]
pub(crate) enum Field<'a> {
    Number(u64),
    Bytes(&'a [u8]),
    Other,
}

fn read_varint(bytes: &[u8]) -> Option<(u64, usize)> {
    let mut value = 0;
    for (at, byte) in bytes.iter().enumerate().take(10) {
        value |= u64::from(byte & 0x7F) << (7 * at);
        if byte & 0x80 == 0 {
            return Some((value, at + 1));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{super::Wire, *};

    #[test]
    fn fields_are_read_back_one_after_the_other() {
        let mut wire = Wire::default();
        wire.uint(1, 300);
        wire.fixed64(2, 7);
        wire.fixed32(3, 7);
        wire.bytes(20, b"abc");
        let (mut rest, mut read) = (wire.as_bytes(), Vec::new());
        while let Some((number, field, len)) = first_field(rest) {
            read.push((number, field));
            rest = &rest[len..];
        }
        let expected = [
            (1, Field::Number(300)),
            (2, Field::Other),
            (3, Field::Other),
            (20, Field::Bytes(b"abc")),
        ];
        assert_eq!(read, expected);
    }

    #[test]
    fn a_damaged_message_ends_where_the_damage_is() {
        let damaged: [&[u8]; 6] = [
            &[0x08],
            &[0x12, 5, b'x'],
            &[0x80; 11],
            &[0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
            &[0x11],
            b"<!DOCTYPE html>",
        ];
        for message in damaged {
            assert_eq!(first_field(message), None, "{message:?}");
        }
    }
}
