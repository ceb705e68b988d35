//! One run of one contestant: which lines it acknowledged, and which were
//! written.

use std::{
    env,
    fs::File,
    io::{self, BufRead as _, BufReader, Read as _},
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use test_support::{Ledger, TemporaryFile, child::ended, json, wait_until};

use crate::contestant::Contestant;

/// The counts of the lines of some runs.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    pub acknowledged: u64,
    pub written: u64,
    /// How many of the missing lines were dropped and counted.
    pub counted: u64,
    pub torn: u64,
}

impl Tally {
    pub fn add(&mut self, other: Self) {
        self.acknowledged += other.acknowledged;
        self.written += other.written;
        self.counted += other.counted;
        self.torn += other.torn;
    }

    pub fn lost(&self) -> u64 {
        self.acknowledged.saturating_sub(self.written)
    }
}

/// Runs a process to its end, and counts the lines that it wrote.
pub fn run(contestant: Contestant, end: &str, lines: u64) -> Tally {
    let ledger = TemporaryFile::new();
    let mut command = Command::new(program(end));
    command.args([contestant.name(), end, &lines.to_string()]);
    command.env("LEDGER", ledger.path()).env_remove("RUST_LOG").stdin(Stdio::null());
    let ledger = Ledger::open(ledger.path());
    let text = match end {
        "reader stops for 2 s" => read_late(&mut command),
        _ => to_file(&mut command, end, &ledger),
    };
    tally(&text, &ledger)
}

/// Returns this program, built for the end that is tested.
fn program(end: &str) -> PathBuf {
    let this = env::current_exe().unwrap();
    if end != "`panic = \"abort\"`" {
        return this;
    }
    let name = this.file_name().unwrap();
    this.parent().unwrap().parent().unwrap().join("abort").join(name)
}

/// Has the process write to a file, and ends it if it does not end itself.
fn to_file(command: &mut Command, end: &str, ledger: &Ledger) -> String {
    let file = TemporaryFile::new();
    let output = File::options().append(true).create(true).open(file.path()).unwrap();
    let mut child = command.stdout(output).stderr(Stdio::piped()).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    match end {
        "SIGTERM, listened to" => {
            stderr.read_line(&mut String::new()).unwrap(); // "ready"
            signal(&child, Signal::TERM);
        }
        "SIGKILL meanwhile" => {
            wait_until("lines were acknowledged", || ledger.total() >= 20_000);
            signal(&child, Signal::KILL);
        }
        _ => {}
    }
    io::copy(&mut stderr, &mut io::sink()).unwrap();
    ended(&mut child);
    file.text()
}

fn signal(child: &Child, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    kill_process(pid, signal).unwrap();
}

/// Has the process write to a pipe that is not read for two seconds.
fn read_late(command: &mut Command) -> String {
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut stdout = child.stdout.take().unwrap();
    thread::sleep(Duration::from_secs(2));
    let mut text = String::new();
    stdout.read_to_string(&mut text).unwrap();
    ended(&mut child);
    text
}

fn tally(text: &str, ledger: &Ledger) -> Tally {
    let is_line = |line: &&str| json::try_parse(line).is_ok();
    let (whole, torn): (Vec<&str>, Vec<&str>) = text.lines().partition(is_line);
    let written = whole.iter().filter(|line| line.contains(r#""n":"#)).count() as u64;
    let counted = ledger.closed().map_or(0, |(_, _, dropped)| dropped.iter().sum());
    let acknowledged = ledger.total();
    Tally { acknowledged, written, counted, torn: torn.len() as u64 }
}
