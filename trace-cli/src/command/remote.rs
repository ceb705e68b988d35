//! The same questions, asked of a ClickHouse server.

use super::{
    exit::Exit,
    output::{Output, complain},
};
use crate::{
    args::{Choice, Dialect, Stats, Store},
    error::Error,
    line::{bare, decode, is_absent, members, millis_as_ns, plain},
    source::{Remote, Set},
    sql::{Question, query},
    view::{Align, Style, Table, count, millis, three_digits},
    zone::Zone,
};

impl Store {
    /// Returns the lines that answer a question, if a server is asked.
    ///
    /// # Errors
    ///
    /// If the choice depends on what only this machine knows.
    pub(super) fn set(
        &self,
        question: Question<'_>,
        choice: &Choice,
        zone: Zone,
    ) -> Result<Option<Set>, Error> {
        let Some(url) = self.clickhouse.clone() else { return Ok(None) };
        let choice = choice.with_zone(zone)?;
        let query = query(Dialect::Clickhouse, question, &choice, self.table.as_deref(), &[]);
        Ok(Some(Set::remote(Remote { url, query })))
    }
}

/// Shows the rows of `stats` that the server has counted.
pub(super) fn stats(args: &Stats, set: &Set) -> Result<Exit, Error> {
    let mut rows = Vec::new();
    let complaints = set.rows(|row| rows.push(row.to_vec()));
    let mut output = Output::new(&args.look)?;
    if args.look.json {
        for row in &rows {
            output.write(&format!("{}\n", decode(row)))?;
        }
    } else if !rows.is_empty() {
        let screen = output.screen;
        let mut columns: Vec<_> = args.by.iter().map(|by| (screen.safe(by), Align::Left)).collect();
        let figures = ["calls", "errors", "p50", "p95", "p99", "max", "total s"];
        columns.extend(figures.map(|name| (name.into(), Align::Right)));
        let mut table = Table::new(&columns);
        for row in &rows {
            let cell = |member: crate::line::Member<'_>| cell(member.key, member.value);
            let cells = members(row).map(|it| screen.safe(&cell(it)).into_owned());
            table.row(cells.collect(), Style::Plain);
        }
        output.write(&table.show(&screen, true))?;
    }
    output.finish()?;
    complain(&complaints);
    Ok(Exit::found(!rows.is_empty()).after(&complaints))
}

/// Returns a value as the table of files shows it.
fn cell(key: &[u8], value: &[u8]) -> String {
    let text = || decode(bare(value)).into_owned();
    match key {
        _ if is_absent(value) => String::new(),
        b"calls" | b"errors" => plain(value).map_or_else(text, |it| count(it as u64)),
        b"p50_ms" | b"p95_ms" | b"p99_ms" => millis_as_ns(value).map_or_else(text, three_digits),
        b"max_ms" => millis_as_ns(value).map_or_else(text, millis),
        b"total_ms" => millis_as_ns(value).map_or_else(text, |ns| millis(ns / 1_000)),
        _ => text(),
    }
}
