//! Writes protobuf messages, as far as OTLP needs them.
//!
//! A message is the concatenation of its fields, and so are the elements of a
//! repeated field: what was encoded alone can be appended to a batch as it is.
//! A message inside another one is preceded by its length. One byte is kept
//! free for it, and the message is moved if it is longer than 127 bytes.
//!
//! Source: [Protocol Buffers, Encoding](https://protobuf.dev/programming-guides/encoding/).

mod attributes;
mod pair;
mod read;
mod value;

pub(crate) use self::{
    attributes::{Attributes, Cap},
    pair::attribute,
    read::{Field, first_field},
    value::Value,
};

/// A message under construction.
#[derive(Debug, Default)]
pub(crate) struct Wire {
    bytes: Vec<u8>,
}

/// How the value of a field lies on the wire.
const VARINT: u32 = 0;
const FIXED64: u32 = 1;
const BYTES: u32 = 2;
const FIXED32: u32 = 5;

impl Wire {
    /// Reuses the memory of an earlier message.
    pub(crate) fn reusing(mut bytes: Vec<u8>) -> Self {
        bytes.clear();
        Self { bytes }
    }

    /// Goes on with a message.
    pub(crate) fn appending(bytes: Vec<u8>) -> Self {
        Self { bytes }
    }

    pub(crate) fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub(crate) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Cuts off what was written after this length.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.bytes.truncate(len);
    }

    /// Appends an unsigned number, a bool or a value of an enum.
    #[inline]
    pub(crate) fn uint(&mut self, field: u32, value: u64) {
        self.tag(field, VARINT);
        self.varint(value);
    }

    #[inline]
    pub(crate) fn fixed64(&mut self, field: u32, value: u64) {
        self.tag(field, FIXED64);
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    #[inline]
    pub(crate) fn fixed32(&mut self, field: u32, value: u32) {
        self.tag(field, FIXED32);
        self.bytes.extend_from_slice(&value.to_le_bytes());
    }

    /// Appends bytes, text or an encoded message.
    #[inline]
    pub(crate) fn bytes(&mut self, field: u32, value: &[u8]) {
        self.head(field, value.len());
        self.bytes.extend_from_slice(value);
    }

    /// Appends the tag and the length of `len` bytes that follow.
    #[inline]
    pub(crate) fn head(&mut self, field: u32, len: usize) {
        self.tag(field, BYTES);
        self.varint(len as u64);
    }

    /// Appends what `write` writes as a message, or as text in pieces.
    #[inline]
    pub(crate) fn nested(&mut self, field: u32, write: impl FnOnce(&mut Self)) {
        self.tag(field, BYTES);
        self.bytes.push(0);
        let start = self.bytes.len();
        write(self);
        self.close(start);
    }

    /// Writes the length of the message from `start` on into the byte before.
    #[inline]
    fn close(&mut self, start: usize) {
        let len = self.bytes.len() - start;
        match u8::try_from(len) {
            Ok(len @ ..0x80) => self.bytes[start - 1] = len,
            Ok(_) | Err(_) => self.close_long(start, len),
        }
    }

    #[cold]
    fn close_long(&mut self, start: usize, len: usize) {
        let more = varint_len(len as u64) - 1;
        let end = self.bytes.len();
        self.bytes.resize(end + more, 0);
        self.bytes.copy_within(start..end, start + more);
        let mut rest = len as u64;
        for byte in &mut self.bytes[start - 1..start + more] {
            *byte = low_bits(rest) | 0x80;
            rest >>= 7;
        }
        self.bytes[start + more - 1] &= 0x7F;
    }

    /// Appends text or bytes without a tag, inside [`nested`](Self::nested).
    #[inline]
    pub(crate) fn push(&mut self, piece: &[u8]) {
        self.bytes.extend_from_slice(piece);
    }

    /// Lets `write` append bytes, inside [`nested`](Self::nested).
    pub(crate) fn push_with(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        write(&mut self.bytes);
    }

    #[inline]
    fn tag(&mut self, field: u32, kind: u32) {
        self.varint(u64::from(field << 3 | kind));
    }

    #[inline]
    fn varint(&mut self, value: u64) {
        if value < 0x80 {
            self.bytes.push(low_bits(value));
        } else {
            let (bytes, len) = varint(value);
            self.bytes.extend_from_slice(&bytes[..len]);
        }
    }
}

/// Returns a number as it lies on the wire, and how many bytes it takes.
fn varint(mut value: u64) -> ([u8; 10], usize) {
    let (mut bytes, mut len) = ([0; 10], 0);
    while value >= 0x80 {
        bytes[len] = low_bits(value) | 0x80;
        (value, len) = (value >> 7, len + 1);
    }
    bytes[len] = low_bits(value);
    (bytes, len + 1)
}

fn low_bits(value: u64) -> u8 {
    (value & 0x7F) as u8
}

/// Returns how many bytes a number takes.
pub(crate) fn varint_len(value: u64) -> usize {
    let bits = 64 - (value | 1).leading_zeros() as usize;
    bits.div_ceil(7)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_take_seven_bits_a_byte() {
        for (value, bytes) in [
            (0, &[0x08, 0][..]),
            (127, &[0x08, 0x7F]),
            (128, &[0x08, 0x80, 1]),
            (300, &[0x08, 0xAC, 2]),
        ] {
            let mut wire = Wire::default();
            wire.uint(1, value);
            assert_eq!(wire.as_bytes(), bytes);
            assert_eq!(varint_len(value), bytes.len() - 1);
        }
        assert_eq!(varint_len(u64::MAX), 10);
    }

    #[test]
    fn a_message_inside_another_one_has_its_length_whatever_that_is() {
        for len in [0, 1, 127, 128, 129, 16_383, 16_384, 3_000_000] {
            let text = vec![b'x'; len];
            let (mut pieces, mut whole) = (Wire::default(), Wire::default());
            pieces.nested(2, |wire| wire.nested(1, |wire| wire.push(&text)));
            let mut inner = Wire::default();
            inner.bytes(1, &text);
            whole.bytes(2, inner.as_bytes());
            assert_eq!(pieces.as_bytes(), whole.as_bytes(), "{len}");
        }
    }
}
