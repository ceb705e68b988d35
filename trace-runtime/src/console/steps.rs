//! Shows where the time of a request went: a row for each of its steps.

use super::{
    ink::Ink,
    parts::Members,
    rows::{PART, Rows},
    text::{columns, shown},
    took::took,
};
use crate::{
    context::totals::{Total, Totals},
    line::keys,
};

/// A row before it is written.
struct Row {
    name: String,
    calls: String,
    took: String,
    /// What is not the same for each step.
    rest: Vec<(String, Ink)>,
}

/// Writes the totals, in columns.
pub(super) fn write(rows: &mut Rows, totals: &Totals) {
    let all: Vec<_> = totals.iter().map(Row::of).collect();
    let most = |of: fn(&Row) -> usize| all.iter().map(of).max().unwrap_or_default();
    let name = most(|row| columns(&row.name)).min(rows.room() / 2);
    let calls = most(|row| row.calls.len());
    let time = most(|row| row.took.len());
    for row in &all {
        rows.row();
        rows.word(&row.name, Ink::Dim, 0);
        rows.advance(name.saturating_sub(columns(&row.name)));
        rows.word(&format!("{:>calls$}", row.calls), Ink::Dim, PART);
        rows.word(&format!("{:>time$}", row.took), Ink::Plain, PART);
        for (word, ink) in &row.rest {
            rows.word(word, *ink, PART);
        }
    }
    let further = match totals.dropped() {
        0 => return,
        1 => "1 further step".to_owned(),
        dropped => format!("{dropped} further steps"),
    };
    rows.row();
    rows.word(&further, Ink::Dim, 0);
}

impl Row {
    fn of(total: &Total) -> Self {
        let name = Members::of(total.callsite.facts.text.name).text(keys::NAME);
        let mut rest = Vec::new();
        if total.self_ns != total.sum_ns {
            rest.push((format!("self {}", took(total.self_ns)), Ink::Dim));
        }
        if total.count > 1 {
            rest.push((format!("max {}", took(total.max_ns)), Ink::Dim));
        }
        if total.errors > 0 {
            rest.push((format!("{} failed", total.errors), Ink::Red));
        }
        if total.cancelled > 0 {
            rest.push((format!("{} cancelled", total.cancelled), Ink::Yellow));
        }
        Self {
            name: shown(name.unwrap_or_default()).into_owned(),
            calls: format!("{}x", total.count),
            took: took(total.sum_ns),
            rest,
        }
    }
}
