//! A line that is being written, and the operations that all of its parts use.
//!
//! The parts that most lines have are inlined into one function. All others are
//! written by the same operations, but not inlined: see [`Encoder::aside`].

#![expect(clippy::inline_always, reason = "a borrowed cursor would be kept in memory")]

use std::mem;

use crate::{
    field::encode::{self, Fit},
    json::{
        cursor::Cursor,
        string::{self, Escaper},
    },
    output::Style,
};

/// A line that is being written.
pub(super) struct Encoder<'a> {
    pub(super) to: Cursor,
    pub(super) style: &'a Style,
    /// The length at which everything except the tail must end.
    pub(super) end: usize,
    pub(super) cut: bool,
}

impl<'a> Encoder<'a> {
    /// Begins a line whose length is limited by `style`, less `tail` bytes.
    #[inline(always)]
    pub(super) fn new(to: Cursor, style: &'a Style, tail: usize) -> Self {
        let end = (to.len() + style.limits.line).saturating_sub(tail);
        Self { to, style, end, cut: false }
    }

    /// Calls `write` with the encoder, without inlining it, as
    /// [`Cursor::aside`] does.
    #[inline(always)]
    pub(super) fn aside(&mut self, write: impl FnOnce(&mut Self)) {
        let Self { style, end, cut, .. } = *self;
        *self = aside(Self { to: mem::take(&mut self.to), style, end, cut }, write);
    }

    #[inline(always)]
    pub(super) fn raw(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    #[inline(always)]
    pub(super) fn bytes(&mut self, text: &[u8]) {
        self.to.put(text);
    }

    #[inline(always)]
    pub(super) fn note(&mut self, fit: Fit) {
        self.cut |= fit == Fit::Cut;
    }

    /// Returns how much room is left, at most `most`.
    #[inline(always)]
    pub(super) fn room(&self, most: usize) -> usize {
        self.end.saturating_sub(self.to.len()).min(most)
    }

    /// Writes a constant member, `,"name":"…"`, and cuts it if it is too long.
    #[inline(always)]
    pub(super) fn constant(&mut self, member: &str, most: usize) {
        if member.len() <= most {
            self.to.put_short(member.as_bytes());
        } else {
            self.aside(move |line| line.cut_constant(member, most));
        }
    }

    fn cut_constant(&mut self, member: &str, most: usize) {
        self.bytes(string::prefix(member.as_bytes(), most - 1));
        self.raw("\"");
        self.cut = true;
    }

    pub(super) fn text(&mut self, most: usize, push: impl FnOnce(&mut Escaper<'_>)) {
        let fit = encode::push_quoted(&mut self.to, most, push);
        self.note(fit);
    }
}

#[cold]
#[inline(never)]
fn aside<'a>(mut line: Encoder<'a>, write: impl FnOnce(&mut Encoder<'a>)) -> Encoder<'a> {
    write(&mut line);
    line
}
