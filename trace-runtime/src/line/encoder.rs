//! A line that is being written, and the operations that all of its parts use.

use crate::{
    field::encode::{self, Fit},
    json::string::{self, Escaper},
    output::Style,
};

/// A line that is being written.
pub(super) struct Encoder<'a> {
    pub(super) buf: &'a mut Vec<u8>,
    pub(super) style: &'a Style,
    /// The length at which everything except the tail must end.
    pub(super) end: usize,
    pub(super) cut: bool,
}

impl<'a> Encoder<'a> {
    /// Begins a line whose length is limited by `style`, less `tail` bytes.
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

    /// Returns how much room is left, at most `most`.
    pub(super) fn room(&self, most: usize) -> usize {
        self.end.saturating_sub(self.buf.len()).min(most)
    }

    /// Writes a constant member, `,"name":"…"`, and cuts it if it is too long.
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
