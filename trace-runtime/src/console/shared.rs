//! What several kinds of records have: fields, errors with their causes, a
//! place in the code, the id of their trace.

use super::{
    ink::Ink,
    parts::{Member, Members, Parts, texts},
    rows::{PART, Rows},
    text::shown_value,
    took::took,
};
use crate::{
    id::TraceId,
    line::keys,
    output::Style,
    record::{Closing, Record, What},
};

/// A record that is shown, and its line.
pub(super) struct Shown<'a> {
    pub(super) parts: Parts<'a>,
    pub(super) record: &'a Record<'a>,
    pub(super) style: &'a Style,
}

/// Returns how far a record in so many steps is indented: by two columns for
/// each of them and for the request, but by a quarter of the width at most.
pub(super) fn indent_of(record: &Record<'_>, steps: u64, width: usize) -> usize {
    let is_in_trace = record.ids.is_some_and(|ids| ids.trace.is_some());
    let steps = usize::try_from(steps).unwrap_or(usize::MAX);
    let around = match record.what {
        What::Event(_) => steps.saturating_add(is_in_trace.into()),
        What::Closing(Closing { request: Some(_), .. }, _) => 0,
        // The step itself is one of them.
        What::Closing(..) => steps.saturating_sub((!is_in_trace).into()),
    };
    around.saturating_mul(2).min(width / 4)
}

impl Shown<'_> {
    /// Writes the place in the code, if it is wanted, and that the line was cut.
    pub(super) fn place(&self, rows: &mut Rows) {
        let tail = self.parts.tail;
        if tail.find(keys::TRUNCATED).is_some() {
            rows.word("truncated", Ink::Yellow, PART);
        }
        let (Some(file), Some(line)) = (tail.text(keys::FILE), tail.find(keys::LINE)) else {
            return;
        };
        let links = self.style.terminal.links;
        let address = self.record.origin.location().and_then(|(file, line)| links.to(file, line));
        rows.linked(&format!("{file}:{line}"), Ink::Dim, PART, address.as_deref());
    }

    /// Writes the start of the trace's id.
    pub(super) fn short_id(&self, rows: &mut Rows) {
        self.with_id(|id| {
            let end = id.char_indices().nth(8).map_or(id.len(), |(end, _)| end);
            rows.word(id.get(..end).unwrap_or(id), Ink::of_id(id), PART);
        });
    }

    /// Writes the whole id.
    pub(super) fn whole_id(&self, rows: &mut Rows) {
        self.with_id(|id| rows.word(id, Ink::of_id(id), PART));
    }

    fn with_id(&self, show: impl FnOnce(&str)) {
        if let Some(id) = self.record.ids.and_then(|ids| ids.trace) {
            TraceId::with_text(id, show);
        }
    }
}

/// Writes the fields that have room in a row. Returns the errors among them
/// that have causes, which get rows of their own.
pub(super) fn fields<'a>(rows: &mut Rows, fields: Members<'a>) -> Vec<Member<'a>> {
    let mut errors = Vec::new();
    let mut blanks = PART;
    for field in fields.each() {
        if field.causes.is_some() {
            errors.push(field);
        } else {
            pair(rows, field.key, &shown_value(field.value), blanks);
            blanks = 1;
        }
    }
    errors
}

/// Writes a field.
pub(super) fn pair(rows: &mut Rows, key: &str, value: &str, blanks: usize) {
    rows.pair((&format!("{key}="), Ink::Dim), (value, Ink::Plain), blanks);
}

/// Writes errors, each with its causes below it, a row for each.
pub(super) fn errors<'a>(rows: &mut Rows, errors: impl IntoIterator<Item = Member<'a>>) {
    for error in errors {
        block(rows, error.key, Ink::Red, unquoted(error.value));
        for cause in error.causes.into_iter().flat_map(texts) {
            block(rows, "caused by", Ink::Dim, cause);
        }
    }
}

/// Returns a text without its quotes, and any other value as it is.
pub(super) fn unquoted(value: &str) -> &str {
    value.strip_prefix('"').and_then(|it| it.strip_suffix('"')).unwrap_or(value)
}

fn block(rows: &mut Rows, name: &str, ink: Ink, json: &str) {
    rows.row();
    rows.word(&format!("{name}:"), ink, 0);
    rows.text(json, Ink::Plain, 1);
}

/// Writes how long a scope took, that this was slow, and how much of the time
/// it kept its thread, if that is much.
pub(super) fn times(rows: &mut Rows, closing: &Closing<'_>, is_slow: bool, blanks: usize) {
    let ns = closing.duration_ns();
    rows.word(&took(ns), if is_slow { Ink::Yellow } else { Ink::Plain }, blanks);
    if is_slow {
        rows.word("slow", Ink::Yellow, 1);
    }
    if let Some(busy) = closing.busy_ns.filter(|busy| is_much(*busy, ns)) {
        let percent = (u128::from(busy) * 100 / u128::from(ns.max(1))).min(100);
        rows.word(&format!("busy {percent}%"), Ink::Yellow, 1);
    }
}

/// Below ten milliseconds no other task is kept waiting for long.
fn is_much(busy_ns: u64, ns: u64) -> bool {
    busy_ns >= 10_000_000 && busy_ns >= ns / 2
}
