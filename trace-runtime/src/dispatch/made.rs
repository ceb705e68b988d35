//! The line of a record in the format of its output, where the output has
//! observers, detail, or a format that is not the native one.

use super::{again, memory};
use crate::{
    context::Owner,
    format::Format,
    json::cursor::Cursor,
    line::{self, Line},
    output::Output,
    record::Record,
};

/// A line, and the native one that observers read, if they need one.
pub(super) struct Made {
    native: Option<Line>,
    /// The line in another format.
    other: Option<Cursor>,
}

impl Made {
    /// Makes the line of a record. It is not inlined, for the less frequent ways.
    #[inline(never)]
    pub(super) fn of(record: &Record<'_>, owner: &Owner, output: &Output) -> Self {
        let (style, trace) = (&output.style, owner.trace());
        if style.format == Format::Json {
            let native = line::write(memory::take(), record, style);
            return Self { native: Some(native), other: None };
        }
        if output.observers.is_empty() {
            let other = line::formatted(memory::take(), record, trace, style);
            return Self { native: None, other: Some(other) };
        }
        let (native, mut other) = (line::write(memory::take(), record, style), None);
        again::with(&native, record, |record| {
            other = Some(line::formatted(Cursor::NONE, record, trace, style));
        });
        Self { native: Some(native), other }
    }

    /// Returns the text to be handed over.
    pub(super) fn text(&self) -> &[u8] {
        let native = self.native.as_ref().map(|line| &line.text);
        self.other.as_ref().or(native).map_or(&[], Cursor::text)
    }

    /// Returns the native line, if there is one.
    pub(super) fn native(&self) -> Option<&Line> {
        self.native.as_ref()
    }

    /// Keeps its memory for the next line.
    pub(super) fn keep(self) {
        if let Some(text) = self.native.map(|line| line.text).or(self.other) {
            memory::keep(text);
        }
    }
}
