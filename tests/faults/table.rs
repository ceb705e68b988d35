//! The table: what became of the lines, row by row.

use std::fmt::Write as _;

/// Names of the causes, in the order of the ledger.
const CAUSES: [&str; 5] = ["overflow", "sink", "closed", "nested", "ended"];

/// What became of the lines of all runs of one case.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    row: String,
    mode: String,
    runs: u64,
    acknowledged: u64,
    written: u64,
    dropped: [u64; CAUSES.len()],
    torn: u64,
    /// What is worth saying, and what is wrong.
    note: String,
    wrong: Vec<String>,
    skipped: bool,
}

impl Tally {
    pub fn new(row: impl Into<String>, mode: &str) -> Self {
        Self { row: row.into(), mode: mode.to_owned(), ..Self::default() }
    }

    pub fn run(&mut self, acknowledged: u64, written: u64, dropped: &[u64], torn: u64) {
        self.runs += 1;
        self.acknowledged += acknowledged;
        self.written += written;
        self.torn += torn;
        for (ours, theirs) in self.dropped.iter_mut().zip(dropped) {
            *ours += theirs;
        }
    }

    /// Notes what must be so; why it is wrong if it is not.
    pub fn must(&mut self, is_so: bool, why: impl FnOnce() -> String) {
        if !is_so {
            self.wrong.push(why());
        }
    }

    pub fn note(&mut self, note: impl Into<String>) {
        self.note = note.into();
    }

    /// Notes what it lacks here to be tried at all.
    pub fn skip(&mut self, why: impl Into<String>) {
        self.skipped = true;
        self.note(why);
    }

    pub fn is_passed(&self) -> bool {
        self.wrong.is_empty()
    }

    fn dropped(&self) -> String {
        let some = CAUSES.iter().zip(self.dropped).filter(|(_, lines)| *lines > 0);
        let some: Vec<_> = some.map(|(cause, lines)| format!("{cause} {lines}")).collect();
        if some.is_empty() { "0".to_owned() } else { some.join(", ") }
    }

    fn verdict(&self) -> String {
        match self.wrong.first() {
            None if self.skipped => format!("skipped: {}", self.note),
            None if self.note.is_empty() => "pass".to_owned(),
            None => format!("pass: {}", self.note),
            Some(first) => format!("FAIL ({}): {first}", self.wrong.len()),
        }
    }
}

/// Draws the table, in the form that Markdown takes.
pub fn draw(tallies: &[Tally]) -> String {
    let mut table = String::from(
        "| row | mode | runs | acknowledged | written | dropped | torn | verdict |\n\
         |---|---|---:|---:|---:|---|---:|---|\n",
    );
    for tally in tallies {
        let Tally { row, mode, runs, acknowledged, written, torn, .. } = tally;
        let (dropped, verdict) = (tally.dropped(), tally.verdict());
        let _ = writeln!(
            table,
            "| {row} | {mode} | {runs} | {acknowledged} | {written} | {dropped} | {torn} | {verdict} |"
        );
    }
    table
}
