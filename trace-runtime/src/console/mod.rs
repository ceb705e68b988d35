//! Shows a record to people: a row for what happened, and further rows,
//! indented, for what does not fit beside it.
//!
//! A step is indented by its depth. Its row is written when it ends, as its
//! line is in each format: so what happened inside it stands above.

mod event;
mod ink;
mod parts;
mod request;
mod rows;
mod shared;
mod step;
mod steps;
mod text;
mod took;

use self::{ink::Ink, parts::Parts, rows::Rows, shared::Shown};
use crate::{
    context::Context,
    json::{cursor::Cursor, time},
    line::Line,
    output::Style,
    record::{Record, What},
};

/// Writes a record into the memory of `to`: from its line, which says all there
/// is to be shown.
pub(crate) fn write(to: Cursor, line: &Line, record: &Record<'_>, style: &Style) -> Cursor {
    let steps = record.around.map_or_else(|| Context::current().around, |around| *around).steps();
    let mut rows = Rows::new(to, &style.terminal);
    let shown = Shown { parts: Parts::of(line), record, style };
    head(&mut rows, record, steps);
    match record.what {
        What::Event(_) => event::write(&mut rows, &shown),
        What::Closing(closing, verdict) => match closing.request {
            Some(request) => request::write(&mut rows, &shown, (closing, verdict), request),
            None => step::write(&mut rows, &shown, closing, verdict),
        },
    }
    rows.end()
}

/// Writes the time, in UTC, and the level, and indents what follows.
fn head(rows: &mut Rows, record: &Record<'_>, steps: u64) {
    let mut text = [0; time::LEN];
    let (seconds, micros) = record.time.split();
    time::write(&mut text, seconds, micros);
    let time = text.get(11..23).map(String::from_utf8_lossy).unwrap_or_default();
    let level = record.level.as_str();
    rows.word(&time, Ink::Dim, 0);
    rows.word(level, Ink::of_level(record.level), 1);
    rows.advance(5_usize.saturating_sub(level.len()));
    let depth = shared::indent_of(record, steps, rows.width());
    rows.advance(depth);
    rows.set_indent(depth + if rows.width() < NARROW { 4 } else { BELOW_HEAD });
}

/// Where there are fewer columns, further rows begin further to the left.
const NARROW: usize = 80;

/// The width of time and level with their blanks.
const BELOW_HEAD: usize = 19;

#[cfg(test)]
mod tests;
