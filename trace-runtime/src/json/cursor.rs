//! Appends text to memory that is already there, at a cursor.
//!
//! A vector stores its length after each piece, and loads it again for the next
//! one. A cursor stays in registers ("cursor" in `speed-notes.md`): its
//! methods are inlined, and code that is not inlined gets it by value, through
//! [`Cursor::aside`]. The memory behind the text is already set to zero, so a
//! piece of a fixed length is copied as an array.

#![expect(clippy::inline_always, reason = "a borrowed cursor would be kept in memory")]

use std::{fmt, mem};

/// The least memory that is allocated.
const LEAST: usize = 128;

/// Text up to a cursor, and free memory behind it.
#[derive(Debug, Default)]
pub(crate) struct Cursor {
    memory: Vec<u8>,
    at: usize,
}

/// Constant text in a longer array. Where one of several texts is chosen at run
/// time, they all have the same length, and the copy is no call.
#[derive(Debug)]
pub(crate) struct Padded<const N: usize> {
    pub(crate) bytes: [u8; N],
    pub(crate) len: usize,
}

impl<const N: usize> Padded<N> {
    pub(crate) const fn new(text: &str) -> Self {
        let (text, mut bytes, mut len) = (text.as_bytes(), [0; N], 0);
        while len < text.len() {
            bytes[len] = text[len];
            len += 1;
        }
        Self { bytes, len }
    }
}

impl Cursor {
    pub(crate) const NONE: Self = Self { memory: Vec::new(), at: 0 };

    /// Returns the length of the text.
    #[inline(always)]
    pub(crate) fn len(&self) -> usize {
        self.at
    }

    /// Returns the text.
    #[inline(always)]
    pub(crate) fn text(&self) -> &[u8] {
        self.memory.get(..self.at).unwrap_or_default()
    }

    /// Returns how many bytes of memory are allocated.
    pub(crate) fn capacity(&self) -> usize {
        self.memory.capacity()
    }

    /// Shortens the text to a length. The memory is kept.
    #[inline(always)]
    pub(crate) fn truncate(&mut self, len: usize) {
        self.at = self.at.min(len);
    }

    /// Removes a part of the text.
    pub(crate) fn remove(&mut self, start: usize, end: usize) {
        if start <= end && end <= self.at {
            self.memory.copy_within(end..self.at, start);
            self.at -= end - start;
        }
    }

    /// Appends text.
    #[inline(always)]
    pub(crate) fn put(&mut self, text: &[u8]) {
        if let Some(room) = self.room(text.len()) {
            room.copy_from_slice(text);
            self.at += text.len();
        } else {
            self.aside(|cursor| cursor.put_growing(text));
        }
    }

    /// Appends text that is usually short, without a call.
    #[inline(always)]
    pub(crate) fn put_short(&mut self, text: &[u8]) {
        if let Some(room) = self.room(text.len()) {
            copy_short(room, text);
            self.at += text.len();
        } else {
            self.aside(|cursor| cursor.put_growing(text));
        }
    }

    /// Appends text between quotes.
    #[inline(always)]
    pub(crate) fn put_quoted(&mut self, text: &[u8]) {
        if let Some([first, room @ .., last]) = self.room(text.len() + 2) {
            (*first, *last) = (b'"', b'"');
            copy_short(room, text);
            self.at += text.len() + 2;
        } else {
            self.aside(|cursor| {
                cursor.grow(text.len() + 2);
                cursor.put(b"\"");
                cursor.put(text);
                cursor.put(b"\"");
            });
        }
    }

    /// Appends the first `len` bytes of an array.
    #[inline(always)]
    pub(crate) fn put_first<const N: usize>(&mut self, bytes: &[u8; N], len: usize) {
        self.put_filled(bytes, len, |_| {});
    }

    /// Appends constant text.
    #[inline(always)]
    pub(crate) fn put_padded<const N: usize>(&mut self, text: &Padded<N>) {
        self.put_first(&text.bytes, text.len);
    }

    /// Appends the first `len` bytes of an array, and calls `fill` to change
    /// them in their final place ("store forwarding" in `speed-notes.md`).
    #[inline(always)]
    pub(crate) fn put_filled<const N: usize>(
        &mut self,
        bytes: &[u8; N],
        len: usize,
        fill: impl FnOnce(&mut [u8; N]),
    ) {
        loop {
            if let Some(room) = self.room(N).and_then(<[u8]>::first_chunk_mut) {
                *room = *bytes;
                fill(room);
                self.at += len;
                return;
            }
            self.aside(|cursor| cursor.grow(N));
        }
    }

    /// Does the same, and returns the place of the array instead: a closure that
    /// does much would not be inlined.
    #[inline(always)]
    pub(crate) fn put_open<const N: usize>(
        &mut self,
        bytes: &[u8; N],
        len: usize,
    ) -> Option<&mut [u8; N]> {
        if self.room(N).is_none() {
            self.aside(|cursor| cursor.grow(N));
        }
        let start = self.at;
        self.at += len;
        let room = self.memory.get_mut(start..)?.first_chunk_mut()?;
        *room = *bytes;
        Some(room)
    }

    /// Calls `write` with the cursor, without inlining it: for rare or long
    /// pieces.
    #[inline(always)]
    pub(crate) fn aside<R>(&mut self, write: impl FnOnce(&mut Self) -> R) -> R {
        let (cursor, result) = aside(mem::take(self), write);
        *self = cursor;
        result
    }

    #[inline(always)]
    fn room(&mut self, len: usize) -> Option<&mut [u8]> {
        let end = self.at.checked_add(len)?;
        self.memory.get_mut(self.at..end)
    }

    fn put_growing(&mut self, text: &[u8]) {
        self.grow(text.len());
        self.put(text);
    }

    /// Allocates room for this many further bytes.
    fn grow(&mut self, bytes: usize) {
        let needed = self.at + bytes;
        self.memory.resize(needed.max(2 * self.memory.len()).max(LEAST), 0);
    }
}

/// Copies text to a place of its length. A text of 8 to 64 bytes, as most are,
/// is copied without a call.
#[inline(always)]
fn copy_short(to: &mut [u8], text: &[u8]) {
    match text.len() {
        8..=16 => copy_ends::<8>(to, text),
        17..=32 => copy_ends::<16>(to, text),
        33..=64 => copy_ends::<32>(to, text),
        _ => to.copy_from_slice(text),
    }
}

/// Copies the first and the last bytes of a text that has no others.
#[inline(always)]
fn copy_ends<const N: usize>(to: &mut [u8], text: &[u8]) {
    if let (Some(first), Some(to)) = (text.first_chunk::<N>(), to.first_chunk_mut()) {
        *to = *first;
    }
    if let (Some(last), Some(to)) = (text.last_chunk::<N>(), to.last_chunk_mut()) {
        *to = *last;
    }
}

#[cold]
#[inline(never)]
fn aside<R>(mut cursor: Cursor, write: impl FnOnce(&mut Cursor) -> R) -> (Cursor, R) {
    let result = write(&mut cursor);
    (cursor, result)
}

impl fmt::Write for Cursor {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.put(text.as_bytes());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_grows_past_its_memory_piece_by_piece() {
        let (mut cursor, mut expected) = (Cursor::default(), Vec::new());
        for byte in 0..=u8::MAX {
            cursor.put_first(&[byte; 16], 3);
            cursor.put(&[byte]);
            expected.extend([byte; 4]);
        }
        assert_eq!(cursor.text(), expected);
        cursor.remove(1, expected.len() - 1);
        assert_eq!(cursor.text(), [0, u8::MAX]);
        cursor.truncate(1);
        assert_eq!(cursor.text(), [0]);
    }

    #[test]
    fn padded_text_is_the_text() {
        let mut cursor = Cursor::default();
        cursor.put_padded(&Padded::<16>::new("level"));
        cursor.put_filled(b"0000", 4, |digits| digits[1] = b'7');
        assert_eq!(cursor.text(), b"level0700");
    }
}
