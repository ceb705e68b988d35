//! What is happening now?

use std::{
    collections::HashMap,
    io::{self, IsTerminal as _, Write as _},
    path::PathBuf,
    thread,
    time::{Duration, Instant},
};

use super::{exit::Exit, ls::columns, output::Output, row::Row};
use crate::{
    args::Follow,
    error::Error,
    filter::Filter,
    line::{Line, Piece, Role, decode},
    scan::{Depths, Lines},
    source::{Change, Set, Tail},
    view::{Screen, Table, clock, safe},
};

/// How often files are looked at.
const EVERY: Duration = Duration::from_millis(100);

pub(super) fn run(args: &Follow) -> Result<Exit, Error> {
    if args.files.is_empty() {
        return Err(Error::wrong("which files? `follow` reads no standard input"));
    }
    let mut set = Set::new(&args.files).with_keys(args.reading.keys);
    let (filter, _) = args.choice.filter(&mut set, args.look.zone()?)?;
    let tail = |path: &PathBuf| {
        (Tail::new(path.clone(), !args.begin), Lines::new(args.reading.keys, Depths::default()))
    };
    let mut tails: Vec<_> = args.files.iter().map(tail).collect();
    let mut now = Now::new(args, filter)?;
    let mut last_news = Instant::now();
    loop {
        let before = now.lines;
        for (tail, lines) in &mut tails {
            let looked = tail.look(&mut |text| lines.text(text, &mut |seen| now.take(&seen.piece)));
            now.say(&tail.path, looked);
        }
        now.show()?;
        if now.lines > before {
            last_news = Instant::now();
        }
        if args.until_quiet.is_some_and(|ns| last_news.elapsed().as_nanos() >= ns as u128) {
            now.output.finish()?;
            return Ok(Exit::Found);
        }
        thread::sleep(EVERY);
    }
}

/// What is known of the requests that are going on.
struct Now {
    filter: Filter,
    output: Output,
    is_json: bool,
    table: Table,
    is_begun: bool,
    rows: Vec<Row>,
    open: HashMap<u128, Open>,
    newest: i64,
    lines: u64,
    status: Option<String>,
    said: Vec<String>,
}

/// A request without its line.
struct Open {
    since: i64,
    heard: String,
}

impl Now {
    fn new(args: &Follow, filter: Filter) -> Result<Self, Error> {
        let has_status = io::stderr().is_terminal() && io::stdout().is_terminal();
        let output = Output::unpaged(&args.look)?;
        let table = Table::new(&columns(output.screen.zone));
        Ok(Self {
            filter,
            output,
            is_json: args.look.json,
            table,
            is_begun: false,
            rows: Vec::new(),
            open: HashMap::new(),
            newest: i64::MIN,
            lines: 0,
            status: has_status.then(String::new),
            said: Vec::new(),
        })
    }

    fn take(&mut self, piece: &Piece<'_>) {
        self.lines += 1;
        let Piece::Line(line) = piece else { return };
        self.newest = self.newest.max(line.time_ns().unwrap_or(i64::MIN));
        if line.is_request() {
            if self.filter.takes(line) {
                self.rows.push(Row::new(line));
            }
            line.trace_key().and_then(|key| self.open.remove(&key));
        } else if let Some(key) = line.trace_key() {
            self.hear(key, line);
        }
    }

    fn hear(&mut self, key: u128, line: &Line<'_>) {
        const MOST: usize = 100_000;
        let at = line.time_ns().unwrap_or_default();
        let role = if line.has(Role::Name) { Role::Name } else { Role::Message };
        let heard = || decode(line.bare(role)).into_owned();
        if let Some(open) = self.open.get_mut(&key) {
            open.heard = heard();
        } else if self.open.len() < MOST && self.status.is_some() {
            self.open.insert(key, Open { since: at, heard: heard() });
        }
    }

    /// Says once what happened to a file.
    fn say(&mut self, path: &std::path::Path, looked: io::Result<Option<Change>>) {
        let what = match looked {
            Ok(None | Some(Change::Rotated)) => return,
            Ok(Some(Change::Truncated)) => {
                "was truncated; what was written just before may be missing".to_owned()
            }
            Err(error) => error.to_string(),
        };
        let sentence = format!("{}: {what}", path.display());
        if what.starts_with("was") || !self.said.contains(&sentence) {
            let _ = writeln!(io::stderr(), "trace: {}", safe(&sentence));
            self.said.push(sentence);
        }
    }

    fn show(&mut self) -> Result<(), Error> {
        let screen = self.output.screen;
        let mut text = String::new();
        let rows = std::mem::take(&mut self.rows);
        let is_first = !rows.is_empty() && !self.is_begun;
        if self.is_json {
            text.extend(rows.iter().map(|row| row.json() + "\n"));
        } else if !rows.is_empty() {
            for row in &rows {
                self.table.row(row.cells(clock(row.start, screen.zone), &screen), row.style());
            }
            text = self.table.show(&screen, is_first);
        }
        self.is_begun |= is_first;
        let status = self.line(&screen);
        if self.status.as_ref().is_some_and(|shown| *shown != status || !text.is_empty()) {
            let _ = write!(io::stderr(), "\r\x1b[K");
        }
        self.output.write(&text)?;
        self.output.flush()?;
        if let Some(shown) = self.status.as_mut().filter(|it| **it != status || !text.is_empty()) {
            let _ = write!(io::stderr(), "{status}");
            *shown = status;
        }
        Ok(())
    }

    /// Returns the last line of a terminal.
    fn line(&self, screen: &Screen) -> String {
        let Some(oldest) = self.open.values().min_by_key(|it| it.since) else {
            return "open 0".to_owned();
        };
        let age = self.newest.saturating_sub(oldest.since) as f64 / 1e9;
        let heard = screen.safe(&oldest.heard);
        let text = format!("open {}, oldest {age:.1} s, last heard: {heard}", self.open.len());
        screen.cut(&text, screen.width.saturating_sub(1)).into_owned()
    }
}
