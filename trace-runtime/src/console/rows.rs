//! Lays a record out in rows: words one after the other, and a new row,
//! indented, where the next one has no room.

use super::{
    ink::Ink,
    text::{columns, shown},
};
use crate::{
    json::cursor::Cursor,
    terminal::{Colours, Terminal},
};

/// The blanks between two words of a text.
const WORD: usize = 1;

/// The blanks between two parts of a line.
pub(super) const PART: usize = 2;

/// A record that is being laid out.
pub(super) struct Rows {
    pub(super) to: Cursor,
    colours: Colours,
    width: usize,
    /// How far further rows are indented.
    indent: usize,
    column: usize,
    /// Whether the row has nothing but its indent.
    is_fresh: bool,
    ink: Ink,
}

impl Rows {
    pub(super) fn new(to: Cursor, terminal: &Terminal) -> Self {
        let (colours, width) = (terminal.colours, terminal.width());
        Self { to, colours, width, indent: 1, column: 0, is_fresh: true, ink: Ink::Plain }
    }

    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// Returns how many columns are left below the indent.
    pub(super) fn room(&self) -> usize {
        self.width.saturating_sub(self.indent)
    }

    /// Sets how far further rows are indented: by a blank at least, which is how
    /// a row that goes on is known from the next record.
    pub(super) fn set_indent(&mut self, indent: usize) {
        self.indent = indent.max(1);
    }

    /// Writes a word behind so many blanks, or in a new row. It is broken only
    /// where a whole row has no room for it: a terminal would go on at its first
    /// column, where records begin.
    pub(super) fn word(&mut self, word: &str, ink: Ink, blanks: usize) {
        self.linked(word, ink, blanks, None);
    }

    /// Writes a word that is a link to an address.
    pub(super) fn linked(&mut self, word: &str, ink: Ink, blanks: usize, address: Option<&str>) {
        let columns = columns(word);
        self.space(columns, blanks, ink);
        if columns > self.room() {
            return self.broken(word, ink);
        }
        if let Some(address) = address {
            self.raw(&format!("\x1b]8;;{address}\x1b\\"));
        }
        self.raw(word);
        if address.is_some() {
            self.raw("\x1b]8;;\x1b\\");
        }
        self.went_on(columns);
    }

    /// Writes two words without a blank in between.
    pub(super) fn pair(&mut self, first: (&str, Ink), second: (&str, Ink), blanks: usize) {
        self.space(columns(first.0) + columns(second.0), blanks, first.1);
        let is_long = columns(first.0) + columns(second.0) > self.room();
        for (word, ink) in [first, second] {
            self.set_ink(ink);
            if is_long {
                self.broken(word, ink);
            } else {
                self.raw(word);
                self.went_on(columns(word));
            }
        }
    }

    /// Writes a word that no row has room for, broken where each row ends.
    fn broken(&mut self, word: &str, ink: Ink) {
        for character in word.split_inclusive(|_| true) {
            let columns = columns(character);
            if self.column + columns > self.width && self.column > self.indent {
                if character == " " {
                    continue; // the new row is in its place
                }
                self.row();
                self.set_ink(ink);
            }
            self.raw(character);
            self.went_on(columns);
        }
    }

    /// Writes JSON text, broken at its blanks only.
    pub(super) fn text(&mut self, json: &str, ink: Ink, blanks: usize) {
        let mut blanks = blanks;
        for word in shown(json).split(' ') {
            if word.is_empty() {
                // Several blanks in a row are the text's own.
                blanks += WORD;
            } else {
                self.word(word, ink, blanks);
                blanks = WORD;
            }
        }
    }

    /// Goes so many columns to the right in this row.
    pub(super) fn advance(&mut self, blanks: usize) {
        if blanks > 0 {
            self.set_ink(Ink::Plain);
            self.blanks(blanks);
        }
    }

    /// Begins a new row.
    pub(super) fn row(&mut self) {
        self.set_ink(Ink::Plain);
        self.raw("\n");
        self.column = 0;
        self.blanks(self.indent);
        self.is_fresh = true;
    }

    /// Ends the record.
    pub(super) fn end(mut self) -> Cursor {
        self.set_ink(Ink::Plain);
        self.raw("\n");
        self.to
    }

    /// Makes room for a word, by blanks or by a new row, and begins its ink.
    fn space(&mut self, columns: usize, blanks: usize, ink: Ink) {
        if !self.is_fresh {
            if ink != self.ink {
                self.set_ink(Ink::Plain);
            }
            if self.column + blanks + columns > self.width && self.column > self.indent {
                self.row();
            } else {
                self.blanks(blanks);
            }
        }
        self.set_ink(ink);
    }

    fn went_on(&mut self, columns: usize) {
        self.column += columns;
        self.is_fresh = false;
    }

    fn set_ink(&mut self, ink: Ink) {
        if self.ink == ink {
            return;
        }
        if self.ink.code(self.colours).is_some() {
            self.raw("\x1b[0m");
        }
        if let Some(code) = ink.code(self.colours) {
            self.raw("\x1b[");
            self.raw(code);
            self.raw("m");
        }
        self.ink = ink;
    }

    fn blanks(&mut self, blanks: usize) {
        for _ in 0..blanks {
            self.raw(" ");
        }
        self.column += blanks;
    }

    fn raw(&mut self, text: &str) {
        self.to.put(text.as_bytes());
    }
}
