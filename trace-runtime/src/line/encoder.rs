//! A line that is being written: where it ends, whether something was cut, and
//! the pieces that all parts of it are made of.

use crate::{
    field::encode::{self, Fit},
    json::string::{self, Escaper},
    output::Style,
};

/// A line that is being written.
pub(super) struct Encoder<'a> {
    pub(super) buf: &'a mut Vec<u8>,
    pub(super) style: &'a Style,
    /// Where everything but the tail must end.
    pub(super) end: usize,
    pub(super) cut: bool,
}

impl<'a> Encoder<'a> {
    /// Begins a line that ends where `style` says, less `tail` bytes.
    pub(super) fn new(buf: &'a mut Vec<u8>, style: &'a Style, tail: usize) -> Self {
        let end = (buf.len() + style.limits.line).saturating_sub(tail);
        Self { buf, style, end, cut: false }
    }

    pub(super) fn raw(&mut self, text: &str) {
        self.buf.extend_from_slice(text.as_bytes());
    }

    pub(super) fn bytes(&mut self, text: &[u8]) {
        self.buf.extend_from_slice(text);
    }

    pub(super) fn note(&mut self, fit: Fit) {
        self.cut |= fit == Fit::Cut;
    }

    /// Returns how much room there is, at most `most`.
    pub(super) fn room(&self, most: usize) -> usize {
        self.end.saturating_sub(self.buf.len()).min(most)
    }

    /// Writes a constant member, `,"name":"…"`, cut if it is too long.
    pub(super) fn constant(&mut self, member: &str, most: usize) {
        if member.len() <= most {
            return self.raw(member);
        }
        self.bytes(string::prefix(member.as_bytes(), most - 1));
        self.raw("\"");
        self.cut = true;
    }

    pub(super) fn text(&mut self, most: usize, push: impl FnOnce(&mut Escaper<'_>)) -> Fit {
        encode::push_quoted(self.buf, most, push)
    }
}
