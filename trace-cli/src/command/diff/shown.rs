//! The answer of `diff`: what changed, and by how much.

use std::collections::BTreeSet;

use super::routes::{Route, Routes};
use crate::{
    stat::{Entry, Verdict, compare, has_other_errors},
    view::{Object, Screen, Style, count, counted, paint, three_digits, width},
};

/// What is shown, and what follows from it.
pub(super) struct Answer {
    pub(super) text: String,
    /// How many rows there are.
    pub(super) changed: usize,
    /// By how much the route or step slowed down that did so most.
    pub(super) slowest_percent: f64,
}

/// The part of requests that no step took.
const NO_STEP: &str = "in no step";

/// A row: a route, or a part of its requests.
struct Row {
    route: String,
    /// `None` is the route itself.
    part: Option<String>,
    verdict: Verdict,
    /// What it took of a request before and after, on the average.
    share: (i64, i64),
    before: Entry,
    after: Entry,
}

pub(super) fn show(before: &Routes, after: &Routes, is_json: bool, screen: &Screen) -> Answer {
    let mut rows = Vec::new();
    let (mut same_routes, mut same_steps) = (0, BTreeSet::new());
    for (name, old) in &before.all {
        let Some(new) = after.all.get(name) else { continue };
        let of_route = rows_of(name, old, new);
        let is_changed = |row: &Row| row.verdict != Verdict::Same;
        if !of_route.iter().any(is_changed) {
            same_routes += 1;
        }
        let is_step = |row: &Row| row.part.as_ref().is_some_and(|part| part != NO_STEP);
        let is_same = |row: &&Row| row.verdict == Verdict::Same && is_step(row);
        same_steps.extend(of_route.iter().filter(is_same).map(|row| (name, row.part.clone())));
        if of_route.iter().any(is_changed) {
            let keep = |row: &Row| row.part.is_none() || is_changed(row);
            rows.extend(of_route.into_iter().filter(keep));
        }
    }
    let changed = rows.iter().filter(|row| row.verdict == Verdict::Changed).count();
    let slowest_percent = rows.iter().map(slower).fold(0.0, f64::max);
    let text = if is_json {
        rows.iter().map(|row| json(row) + "\n").collect()
    } else {
        let steps = counted(same_steps.len() as u64, "step", "steps");
        let routes = counted(same_routes, "route", "routes");
        let same = format!("{steps} and {routes} did not change\n");
        table(&rows, screen) + &gone(before, after, screen) + &same
    };
    Answer { text, changed, slowest_percent }
}

fn rows_of(name: &str, old: &Route, new: &Route) -> Vec<Row> {
    let row = |part: Option<&str>, before: &Entry, after: &Entry| Row {
        route: name.to_owned(),
        part: part.map(str::to_owned),
        verdict: compare(before, after),
        share: (old.share_ns(before), new.share_ns(after)),
        before: before.clone(),
        after: after.clone(),
    };
    let mut rows = vec![row(None, &old.whole, &new.whole)];
    let none = Entry::default();
    let names: BTreeSet<_> = old.steps.keys().chain(new.steps.keys()).collect();
    let of = |route: &Route, name: &String| route.steps.get(name).unwrap_or(&none).clone();
    rows.extend(names.iter().map(|name| row(Some(name), &of(old, name), &of(new, name))));
    rows.push(row(Some(NO_STEP), &old.rest, &new.rest));
    rows[1..].sort_by_key(|row| -(row.share.1 - row.share.0).abs());
    rows
}

/// By how many percent a row has slowed down.
fn slower(row: &Row) -> f64 {
    let (before, after) = (row.before.durations.mean_ns(), row.after.durations.mean_ns());
    match (row.verdict, before, after) {
        (Verdict::Changed, Some(before), Some(after)) if before > 0 => {
            (after - before) as f64 * 100.0 / before as f64
        }
        _ => 0.0,
    }
}

fn table(rows: &[Row], screen: &Screen) -> String {
    let name = |row: &Row| match &row.part {
        None => screen.safe(&row.route).into_owned(),
        Some(part) => format!("  {}", screen.safe(part)),
    };
    let most = rows.iter().map(|row| width(&name(row))).max().unwrap_or_default();
    let most = most.min(screen.width / 3);
    let mut text = String::new();
    for row in rows {
        let name = name(row);
        let name = screen.cut(&name, most);
        let pad = " ".repeat(most.saturating_sub(width(&name)));
        let style = match row.verdict {
            Verdict::Changed if row.share.1 > row.share.0 => Style::Red,
            Verdict::Changed | Verdict::Same | Verdict::TooFew => Style::Plain,
        };
        let line = format!("{name}{pad}  {}", figures(row));
        paint(&mut text, &screen.cut(&line, screen.width), style, screen);
        text.push('\n');
    }
    text
}

fn ms(ns: Option<i64>) -> String {
    ns.map_or_else(|| "-".to_owned(), three_digits)
}

fn figures(row: &Row) -> String {
    let mut text = format!("{:<22}  ", first_figure(row));
    let moved = |share: f64| {
        let of = |entry: &Entry| ms(entry.durations.percentile(share));
        format!("{} → {}", of(&row.before), of(&row.after))
    };
    if row.part.is_some() {
        text.push_str(&format!("p50 {}, ", moved(0.5)));
    }
    text.push_str(&format!("p99 {}", moved(0.99)));
    if has_other_errors(&row.before, &row.after) {
        let errors = |entry: &Entry| entry.errors as f64 * 100.0 / entry.calls.max(1) as f64;
        let (before, after) = (errors(&row.before), errors(&row.after));
        text.push_str(&format!(", errors {before:.2} → {after:.2} %"));
    }
    if row.verdict == Verdict::TooFew {
        text.push_str(", too few to know");
    }
    if row.part.is_none() {
        let (before, after) = (count(row.before.calls), count(row.after.calls));
        text.push_str(&format!("  {before} and {after} requests"));
    }
    text
}

/// Returns the means of a route; of a part, by how much it has changed.
fn first_figure(row: &Row) -> String {
    let mean = |entry: &Entry| ms(entry.durations.mean_ns());
    let by = row.share.1 - row.share.0;
    if row.part.is_none() {
        format!("mean {} → {} ms", mean(&row.before), mean(&row.after))
    } else {
        format!("{}{} ms", if by < 0 { "-" } else { "+" }, three_digits(by.abs()))
    }
}

/// Names the routes that only one of the logs has.
fn gone(before: &Routes, after: &Routes, screen: &Screen) -> String {
    let only = |this: &Routes, other: &Routes, word: &str| {
        let names = this.all.keys().filter(|name| !other.all.contains_key(*name));
        let line = |name: &String| format!("{}  only {word}\n", screen.safe(name));
        names.map(line).collect::<String>()
    };
    only(before, after, "before") + &only(after, before, "after")
}

fn json(row: &Row) -> String {
    let object = Object::new()
        .text("route", &row.route)
        .some("part", row.part.as_deref().unwrap_or_default());
    let object = object.text(
        "verdict",
        match row.verdict {
            Verdict::Same => "same",
            Verdict::Changed => "changed",
            Verdict::TooFew => "too few",
        },
    );
    let mut object = object.ms("before_ms", row.share.0).ms("after_ms", row.share.1);
    for (name, entry) in [("before", &row.before), ("after", &row.after)] {
        object = object.number(&format!("{name}_calls"), entry.calls);
        object = object.number(&format!("{name}_errors"), entry.errors);
        for (percentile, share) in [("p50", 0.5), ("p99", 0.99)] {
            if let Some(ns) = entry.durations.percentile(share) {
                object = object.ms(&format!("{name}_{percentile}_ms"), ns);
            }
        }
    }
    object.end()
}
