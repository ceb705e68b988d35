//! Shows a step: its name, how it ended, how long it took.

use super::{
    ink::Ink,
    rows::{PART, Rows},
    shared::{Shown, errors, fields, times},
    text::shown as shown_text,
};
use crate::{
    line::keys,
    outcome::Outcome,
    record::{Closing, Verdict},
};

pub(super) fn write(rows: &mut Rows, shown: &Shown<'_>, closing: &Closing<'_>, verdict: Verdict) {
    rows.word(shown.parts.text_of_origin(keys::TARGET), Ink::Dim, 1);
    rows.word(&shown_text(shown.parts.text_of_origin(keys::NAME)), Ink::Plain, PART);
    let mut blanks = PART;
    if closing.outcome != Outcome::Ok {
        rows.word(closing.outcome.as_str(), Ink::of_outcome(closing.outcome), blanks);
        blanks = 1;
    }
    times(rows, closing, verdict.is_slow, blanks);
    let failed = fields(rows, shown.parts.fields);
    shown.place(rows);
    shown.short_id(rows);
    errors(rows, shown.parts.failure.each().chain(failed));
}
