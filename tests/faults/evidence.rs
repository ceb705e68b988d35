//! What a process left behind, and whether every line is accounted for.

use std::{
    collections::HashMap,
    path::Path,
    process::{Command, ExitStatus},
};

use serde_json::Value;
use test_support::{Ledger, TemporaryFile, child::child, json};

use crate::{abort, table::Tally};

/// A child to be run in a mode, with a ledger.
pub struct Case {
    pub mode: &'static str,
    program: &'static Path,
    ledger: TemporaryFile,
}

impl Case {
    pub fn new(mode: &'static str) -> Self {
        let program = Path::new(env!("CARGO_BIN_EXE_child"));
        Self { mode, program, ledger: TemporaryFile::new() }
    }

    /// The same, with `panic = "abort"`.
    pub fn aborting(mode: &'static str) -> Self {
        Self { program: abort::child(), ..Self::new(mode) }
    }

    /// Returns the command for a scenario.
    pub fn command(&self, scenario: &[&str]) -> Command {
        self.with(child(self.program, scenario))
    }

    /// Returns the command for a line of shell, in which `$0` is the child.
    pub fn shell(&self, line: &str, arguments: &[&str]) -> Command {
        let mut shell = Command::new("sh");
        shell.args(["-c", line]).arg(self.program).args(arguments);
        self.with(shell)
    }

    fn with(&self, mut command: Command) -> Command {
        command.env_remove("RUST_LOG").env("RUST_BACKTRACE", "0");
        command.env("MODE", self.mode).env("LEDGER", self.ledger.path());
        command
    }

    /// Returns what the process kept count of.
    pub fn ledger(&self) -> Ledger {
        Ledger::open(self.ledger.path())
    }
}

/// The numbered lines of one thread.
#[derive(Debug, Default)]
struct Numbers {
    lines: u64,
    last: Option<u64>,
    is_in_order: bool,
}

/// What was written, looked at line by line.
#[derive(Debug, Default)]
pub struct Written {
    threads: HashMap<u64, Numbers>,
    /// Numbered lines, each there once.
    pub lines: u64,
    /// Lines that are not acknowledged, such as those of the panic hook.
    pub others: u64,
    /// Lines that are none.
    pub torn: u64,
    /// Lines in which several were merged.
    pub merged: u64,
    /// Lines in which there is nothing.
    pub blank: u64,
    /// Lines that say how many are missing, and how many that is.
    pub reports: u64,
    pub reported_lines: u64,
    pub errors: u64,
}

impl Written {
    /// Reads what was written, and finds lines that are merged or repeated.
    pub fn read(text: &str) -> Self {
        let mut written = Self::default();
        for line in text.lines() {
            if line.is_empty() {
                written.blank += 1;
            } else if let Ok(line) = json::try_parse(line) {
                written.line(&line);
            } else {
                written.torn += 1;
                written.merged += u64::from(line.matches(r#"{"timestamp""#).count() > 1);
            }
        }
        written
    }

    fn line(&mut self, line: &Value) {
        if line["message"] == "Lines dropped" {
            self.reports += 1;
            self.reported_lines += line["lines_dropped"].as_u64().unwrap_or(0);
            return;
        }
        let Some(n) = line["n"].as_u64() else {
            self.others += 1;
            return;
        };
        self.lines += 1;
        self.errors += u64::from(line["level"] == "ERROR");
        let thread = line["thread"].as_u64().unwrap_or(0);
        let start = Numbers { is_in_order: true, ..Numbers::default() };
        let numbers = self.threads.entry(thread).or_insert(start);
        numbers.is_in_order &= numbers.last.is_none_or(|last| last < n);
        numbers.last = Some(n);
        numbers.lines += 1;
    }

    /// Whether no line is there twice, nor before one that came earlier.
    pub fn is_in_order(&self) -> bool {
        self.threads.values().all(|numbers| numbers.is_in_order)
    }

    /// Returns how many lines of a thread are there.
    pub fn lines_of(&self, thread: u64) -> u64 {
        self.threads.get(&thread).map_or(0, |numbers| numbers.lines)
    }

    /// Returns how many of the lines that a thread was acknowledged are not
    /// there, if none is missing in between.
    fn missing(&self, ledger: &Ledger) -> u64 {
        let missing = |thread: u64| {
            let there = self.lines_of(thread);
            let thread = usize::try_from(thread).unwrap_or(0);
            ledger.acknowledged(thread).saturating_sub(there)
        };
        (0..16).map(missing).sum()
    }
}

/// Enters a run of a process that came to its end: each line is written, or
/// dropped and counted.
pub fn account(tally: &mut Tally, case: &Case, text: &str) -> Written {
    let (written, ledger) = (Written::read(text), case.ledger());
    let Some((counted, waiting, dropped)) = ledger.closed() else {
        tally.must(false, || "it did not come to its end".to_owned());
        return written;
    };
    let (acknowledged, lost) = (ledger.total(), dropped.iter().sum::<u64>());
    tally.run(acknowledged, written.lines, &dropped, written.torn);
    let (lines, others) = (written.lines, written.others);
    tally.must(acknowledged + others == counted + lost + waiting, || {
        format!("{acknowledged} acknowledged, {counted} written, {lost} dropped, {waiting} wait")
    });
    tally.must(lines + others == counted, || {
        format!("{counted} counted as written, {lines} and {others} there")
    });
    tally.must(written.merged == 0, || format!("{} lines are merged", written.merged));
    tally.must(written.blank == 0, || format!("{} lines are blank", written.blank));
    tally.must(waiting == 0, || format!("{waiting} lines still wait"));
    tally.must(written.is_in_order(), || "lines twice, or out of order".to_owned());
    written
}

/// Enters a run of a process that could not be asked after its end: no line is
/// missing but those that the log itself reports. (A machine that stands
/// still for 50 ms is a sink that stalls.)
pub fn account_to_the_end(tally: &mut Tally, case: &Case, text: &str) {
    let (written, ledger) = (Written::read(text), case.ledger());
    let (missing, reported) = (written.missing(&ledger), written.reported_lines);
    tally.run(ledger.total(), written.lines, &[reported], written.torn);
    tally.must(missing == reported && written.torn == 0, || {
        format!("{missing} lines are missing, {reported} are reported, {} are torn", written.torn)
    });
    tally.must(written.is_in_order(), || "lines twice, or out of order".to_owned());
}

/// Enters a run of a process that was killed; returns how many lines that
/// were acknowledged are not there.
pub fn account_killed(tally: &mut Tally, case: &Case, text: &str) -> u64 {
    let (written, ledger) = (Written::read(text), case.ledger());
    tally.run(ledger.total(), written.lines, &[], written.torn);
    tally.must(written.is_in_order(), || "lines twice, or out of order".to_owned());
    tally.must(written.torn == 0 || (written.torn == 1 && !text.ends_with('\n')), || {
        format!("{} lines are torn, and not the last one", written.torn)
    });
    written.missing(&ledger)
}

/// Enters that no line may be missing.
pub fn must_be_whole(tally: &mut Tally, case: &Case, written: &Written) {
    let missing = written.missing(&case.ledger());
    tally.must(missing == 0 && written.torn == 0, || {
        format!("{missing} lines are missing, {} are torn", written.torn)
    });
}

/// Enters that several processes have written all their lines to one place.
pub fn must_be_all(tally: &mut Tally, cases: &[Case], written: &Written) {
    let acknowledged = cases.iter().map(|case| case.ledger().total()).sum();
    let Written { lines, torn, blank, .. } = written;
    tally.run(acknowledged, *lines, &[], *torn);
    tally.must(*lines == acknowledged && *torn == 0 && *blank == 0, || {
        format!("{lines} of {acknowledged}, {torn} torn, {blank} blank")
    });
}

/// Enters how it ended.
pub fn must_end(tally: &mut Tally, status: ExitStatus, is_expected: bool) {
    tally.must(is_expected, || format!("it ended with {status}"));
}
