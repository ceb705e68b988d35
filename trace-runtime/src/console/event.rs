//! Shows an event: its target, its message, its fields.

use super::{
    ink::Ink,
    parts::Members,
    rows::{PART, Rows},
    shared::{Shown, errors, fields, unquoted},
};
use crate::{
    level::Level,
    line::{event_keys::PANIC_TARGET, keys},
};

pub(super) fn write(rows: &mut Rows, shown: &Shown<'_>) {
    let message = match shown.record.level {
        Level::Error => Ink::Bold,
        Level::Trace | Level::Debug | Level::Info | Level::Warn => Ink::Plain,
    };
    if shown.record.origin.target() == PANIC_TARGET {
        rows.text(shown.parts.message, message, 1);
        shown.short_id(rows);
        return place_of_panic(rows, shown.parts.fields);
    }
    rows.word(shown.parts.text_of_origin(keys::TARGET), Ink::Dim, 1);
    rows.text(shown.parts.message, message, PART);
    let failed = fields(rows, shown.parts.fields);
    shown.place(rows);
    shown.short_id(rows);
    errors(rows, failed);
}

/// Writes where a panic happened, below its message.
fn place_of_panic(rows: &mut Rows, fields: Members<'_>) {
    rows.row();
    for field in fields.each() {
        let word = match field.key {
            "location" => "at",
            "thread" => "on thread",
            other => other,
        };
        rows.word(word, Ink::Dim, 1);
        rows.word(unquoted(field.value), Ink::Plain, 1);
    }
}
