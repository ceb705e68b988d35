//! Which requests were there?

use std::{
    collections::{BTreeMap, VecDeque},
    iter,
};

use super::{
    exit::Exit,
    output::{Output, complain},
    row::Row,
};
use crate::{
    args::Ls,
    error::Error,
    filter::Filter,
    line::{Depth, Line, Piece},
    scan::{Depths, Tally},
    source::Set,
    sql::Question,
    view::{Align, Screen, Table, between, clock, count, counted, date, moment},
    zone::Zone,
};

/// Returns the columns of a list of requests.
pub(super) fn columns(zone: Zone) -> [(String, Align); 7] {
    let left = |name: &str| (name.to_owned(), Align::Left);
    [
        left(&format!("time ({})", zone.word())),
        ("took ms".to_owned(), Align::Right),
        left("status"),
        left("outcome"),
        left("request"),
        left("trace"),
        left("why"),
    ]
}

pub(super) fn run(args: &Ls) -> Result<Exit, Error> {
    // A server has filtered already.
    let zone = args.look.zone()?;
    let asked = args.store.set(Question::Requests, &args.choice, zone)?;
    let is_asked = asked.is_some();
    let mut set = asked.unwrap_or_else(|| Set::new(&args.files)).with_keys(args.reading.keys);
    let (filter, head) = match is_asked {
        true => (Filter::default(), None),
        false => args.choice.filter(&mut set, zone)?,
    };
    let mut output = Output::new(&args.look)?;
    if let Some(head) = head.filter(|_| !args.look.json) {
        output.write(&format!("{head}\n"))?;
    }
    let mut list = List::new(args, output);
    let mut tally = Tally::default();
    // Most requests are left out by the begin of their lines.
    let requests = if filter.asks_for_begin() { Depth::Duration } else { Depth::Whole };
    let depths = Depths { steps: Depth::Nothing, requests, events: Depth::Nothing };
    let complaints = set.lines(depths, &mut tally, |seen| {
        let Piece::Line(line) = &seen.piece else { return };
        if line.is_request() {
            list.see(line.time_ns(), line.duration_ns());
            if filter.takes_begin(line) {
                list.choose(line, &filter);
            }
        }
    });
    let exit = list.finish(&tally)?;
    complain(&complaints);
    Ok(exit.after(&complaints))
}

/// The rows that are still to be shown. They wait a while, so that they come
/// in the order of time, and so that their columns fit.
struct List {
    output: Output,
    is_json: bool,
    last: Option<usize>,
    waiting: BTreeMap<(i64, u64), Row>,
    /// Only the last ones, if that was asked for.
    kept: VecDeque<Row>,
    chosen: u64,
    range: Option<(i64, i64)>,
    table: Option<Table>,
    has_dates: bool,
    error: Option<Error>,
}

/// How many rows wait at most.
const WAITING: usize = 4_096;

impl List {
    fn new(args: &Ls, output: Output) -> Self {
        Self {
            output,
            is_json: args.look.json,
            last: args.choice.last,
            waiting: BTreeMap::new(),
            kept: VecDeque::new(),
            chosen: 0,
            range: None,
            table: None,
            has_dates: false,
            error: None,
        }
    }

    /// Notes when the requests of the log were.
    fn see(&mut self, end: Option<i64>, took: Option<i64>) {
        let Some(end) = end else { return };
        let start = end.saturating_sub(took.unwrap_or_default());
        let (first, last) = self.range.unwrap_or((start, end));
        self.range = Some((first.min(start), last.max(end)));
    }

    fn choose(&mut self, line: &Line<'_>, filter: &Filter) {
        let whole = line.whole();
        let line = whole.as_ref().unwrap_or(line);
        if filter.takes(line) {
            self.add(Row::new(line));
        }
    }

    fn add(&mut self, row: Row) {
        self.chosen += 1;
        if let Some(most) = self.last {
            self.kept.push_back(row);
            self.kept.drain(..self.kept.len().saturating_sub(most));
            return;
        }
        self.waiting.insert((row.start, self.chosen), row);
        if self.waiting.len() > WAITING {
            self.show(WAITING / 2);
        }
    }

    /// Shows the first of the rows that wait.
    fn show(&mut self, most: usize) {
        let next = || self.waiting.pop_first().map(|(_, row)| row);
        let rows: Vec<_> = iter::from_fn(next).take(most).collect();
        if self.error.is_none() {
            self.error = self.write(&rows).err();
        }
    }

    fn write(&mut self, rows: &[Row]) -> Result<(), Error> {
        if self.is_json {
            return rows.iter().try_for_each(|row| self.output.write(&(row.json() + "\n")));
        }
        let zone = self.output.screen.zone;
        let is_other = |row: &Row| date(row.start, zone) != date(rows[0].start, zone);
        self.has_dates |= rows.iter().any(is_other);
        let is_first = self.table.is_none();
        let mut table = self.table.take().unwrap_or_else(|| Table::new(&columns(zone)));
        for row in rows {
            let shown = if self.has_dates { moment } else { clock };
            let time = shown(row.start, zone);
            table.row(row.cells(time, &self.output.screen), row.style());
        }
        self.output.write(&table.show(&self.output.screen, is_first && !rows.is_empty()))?;
        self.table = Some(table);
        Ok(())
    }

    fn finish(mut self, tally: &Tally) -> Result<Exit, Error> {
        for row in std::mem::take(&mut self.kept) {
            self.chosen += 1;
            self.waiting.insert((row.start, self.chosen), row);
        }
        let shown = self.last.map_or(self.chosen, |_| self.waiting.len() as u64);
        self.show(usize::MAX);
        if let Some(error) = self.error {
            return Err(error);
        }
        if !self.is_json {
            self.output.write(&summary(shown, tally, self.range, &self.output.screen))?;
        }
        self.output.finish()?;
        Ok(Exit::found(shown > 0))
    }
}

fn summary(shown: u64, tally: &Tally, range: Option<(i64, i64)>, screen: &Screen) -> String {
    let mut text = match tally.requests {
        0 => "no requests".to_owned(),
        all if all == shown => counted(all, "request", "requests"),
        all => format!("{} of {}", count(shown), counted(all, "request", "requests")),
    };
    if let Some((begin, end)) = range {
        text.push_str(&format!(", {}", between(begin, end, screen.zone)));
    }
    text.push('\n');
    text + &remarks(tally)
}

/// Returns what is to be said of the files.
pub(super) fn remarks(tally: &Tally) -> String {
    let mut remarks = Vec::new();
    if tally.other > 0 && tally.other == tally.lines() {
        let unread = "no line is JSON with known keys; logfmt and console rows are not read";
        remarks.push(unread.to_owned());
    }
    if tally.broken > 0 {
        remarks.push(counted(tally.broken, "broken line", "broken lines"));
    }
    if tally.with_nul > 0 {
        remarks.push(format!("{} held NULs", counted(tally.with_nul, "line", "lines")));
    }
    if tally.cut > 0 {
        let files = counted(tally.cut, "file ends", "files end");
        remarks.push(format!("{files} in the middle of a line"));
    }
    if remarks.is_empty() { String::new() } else { remarks.join(", ") + "\n" }
}
