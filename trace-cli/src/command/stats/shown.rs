//! The table of `stats`.

use super::by::{Answer, By};
use crate::{
    command::ls::remarks,
    stat::Entry,
    view::{Align, Object, Screen, Style, Table, count, counted, millis, percent, three_digits},
};

const PERCENTILES: [(&str, f64); 3] = [("p50", 0.50), ("p95", 0.95), ("p99", 0.99)];

/// Returns the answer as it is shown.
pub(super) fn show(answer: &Answer, by: &[By], is_json: bool, screen: &Screen) -> String {
    let mut groups = answer.groups.all();
    groups.sort_by(|a, b| {
        let order = |it: &Entry| (it.durations.sum_ns(), it.calls);
        order(b.1).cmp(&order(a.1)).then(a.0.cmp(&b.0))
    });
    if is_json {
        let rows = groups.iter().map(|(names, entry)| json(names, entry, by) + "\n");
        return rows.collect();
    }
    let mut text = match groups.is_empty() {
        true => nothing(by),
        false => table(&groups, answer, by, screen),
    };
    text.push_str(&summary(answer));
    text
}

fn nothing(by: &[By]) -> String {
    let of = if by.contains(&By::Step) { "steps" } else { "requests" };
    format!("no lines of {of}\n")
}

fn table(groups: &[([&str; 4], &Entry)], answer: &Answer, by: &[By], screen: &Screen) -> String {
    let mut columns: Vec<(String, Align)> =
        by.iter().map(|by| (screen.safe(by.word()).into_owned(), Align::Left)).collect();
    for name in ["calls", "errors", "p50", "p95", "p99", "max", "total s", "of all requests"] {
        columns.push((name.to_owned(), Align::Right));
    }
    let mut table = Table::new(&columns);
    for (names, entry) in groups {
        let names = names.iter().take(by.len()).map(|name| screen.safe(name).into_owned());
        let style = if entry.errors > 0 { Style::Red } else { Style::Plain };
        table.row(names.chain(figures(entry, answer)).collect(), style);
    }
    table.show(screen, true)
}

fn figures(entry: &Entry, answer: &Answer) -> Vec<String> {
    let durations = &entry.durations;
    let mut cells = vec![count(entry.calls), count(entry.errors)];
    let percentile = |share| durations.percentile(share).map(three_digits).unwrap_or_default();
    cells.extend(PERCENTILES.map(|(_, share)| percentile(share)));
    let any = durations.count() > 0;
    cells.push(if any { millis(durations.longest_ns()) } else { String::new() });
    cells.push(if any { seconds(durations.sum_ns()) } else { String::new() });
    cells.push(percent(durations.sum_ns(), answer.requests_ns).unwrap_or_default());
    cells
}

fn seconds(ns: i64) -> String {
    let text = millis(ns / 1_000);
    if ns >= 100_000_000_000 { text[..text.len() - 2].to_owned() } else { text }
}

fn summary(answer: &Answer) -> String {
    let tally = &answer.tally;
    let mut text = format!(
        "{}: {}, {}, {} other, {} broken\n",
        counted(tally.lines(), "line", "lines"),
        counted(tally.steps + tally.requests, "step or request", "steps and requests"),
        counted(tally.events, "event", "events"),
        count(tally.other),
        count(tally.broken),
    );
    let without: u64 = answer.groups.all().iter().map(|it| it.1.without_duration()).sum();
    if without > 0 {
        let calls = counted(without, "call has", "calls have");
        text.push_str(&format!("{calls} no duration that can be read\n"));
    }
    text.push_str(&dropped(answer));
    let (sampled, twice) = answer.sample;
    if answer.is_deduped {
        text.push_str(&format!("{} left out\n", counted(twice, "duplicate", "duplicates")));
    } else if twice * 100 >= sampled && twice > 0 {
        let share = twice * 100 / sampled;
        text.push_str(&format!("about {share} % are duplicates; --dedup counts them once\n"));
    }
    // Broken lines stand in the first line.
    text.push_str(&remarks(&crate::scan::Tally { broken: 0, ..*tally }));
    text
}

fn dropped(answer: &Answer) -> String {
    if answer.dropped == 0 {
        return String::new();
    }
    let cause =
        |(cause, lines): &(String, u64)| format!("{} {}", crate::view::safe(cause), count(*lines));
    let causes: Vec<_> = answer.causes.iter().map(cause).collect();
    let lines = counted(answer.dropped, "line was", "lines were");
    format!("{lines} dropped by the services ({})\n", causes.join(", "))
}

fn json(names: &[&str; 4], entry: &Entry, by: &[By]) -> String {
    let mut object = Object::new();
    for (name, by) in names.iter().zip(by) {
        object = object.text(by.word(), name);
    }
    let durations = &entry.durations;
    object = object.number("calls", entry.calls).number("errors", entry.errors);
    for (name, share) in PERCENTILES {
        if let Some(ns) = durations.percentile(share) {
            object = object.ms(&format!("{name}_ms"), ns);
        }
    }
    let object = object.ms("max_ms", durations.longest_ns());
    object.ms("total_ms", durations.sum_ns()).end()
}
