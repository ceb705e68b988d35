//! F24, F25: files that are moved away, and files that processes share.

use std::{
    fs,
    path::Path,
    process::Stdio,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use rustix::process::Signal;
use test_support::{
    Random, TemporaryFile,
    child::{ended, run},
    wait_until,
};
use trace_runtime::sink::{File, Sink as _};

use super::{BOTH, ends::signal};
use crate::{
    evidence::{Case, Written, account, must_be_all, must_be_whole, must_end},
    plan::Plan,
    table::Tally,
};

/// How large a file may become.
const MOST: u64 = 20_000;

pub fn rotation(plan: Plan) -> Vec<Tally> {
    let of_mode =
        |mode| [by_one(plan, mode), by_one_and_opened_anew(plan, mode), by_three(plan, mode)];
    BOTH.into_iter().flat_map(of_mode).collect()
}

/// Nothing may be dropped here: a caller that is too fast waits.
fn patient(mode: &'static str) -> &'static str {
    if mode == "background" { "block" } else { mode }
}

/// A folder of a row's own, for one log and those before it.
struct Folder(TemporaryFile);

impl Folder {
    fn new() -> Self {
        let folder = TemporaryFile::new();
        fs::create_dir(folder.path()).unwrap();
        Self(folder)
    }

    fn log(&self) -> String {
        format!("{}/log", self.0.as_str())
    }

    /// Returns what is in all files, from the oldest to the latest, and how
    /// large the largest is.
    fn read(&self) -> (String, u64) {
        let log = self.log();
        let old = (1..).map(|number| format!("{log}.{number}"));
        let mut paths: Vec<_> = old.take_while(|path| Path::new(path).exists()).collect();
        paths.reverse();
        paths.push(log);
        let texts: Vec<_> = paths.iter().map(|path| fs::read_to_string(path).unwrap()).collect();
        (texts.concat(), texts.iter().map(|text| text.len() as u64).max().unwrap_or(0))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(self.0.path());
    }
}

/// No file is larger than it may be, and each line is in one of them.
fn by_one(plan: Plan, mode: &'static str) -> Tally {
    let mut tally = Tally::new("F24 a file of 20,000 bytes, rotated", mode);
    let lines = plan.lines[1].min(5_000).to_string();
    for _ in 0..plan.runs.min(5) {
        let (case, folder) = (Case::new(patient(mode)), Folder::new());
        let ran =
            run(&mut case.command(&["rotate", &folder.log(), &MOST.to_string(), "0", &lines]));
        must_end(&mut tally, ran.status, ran.status.success());
        let (text, largest) = folder.read();
        let written = account(&mut tally, &case, &text);
        must_be_whole(&mut tally, &case, &written);
        tally.must(largest <= MOST, || format!("a file has {largest} bytes"));
    }
    tally
}

fn by_one_and_opened_anew(plan: Plan, mode: &'static str) -> Tally {
    let mut tally = Tally::new("F24 … and opened anew meanwhile", mode);
    let lines = plan.lines[1].min(5_000).to_string();
    for _ in 0..plan.runs.min(5) {
        let (case, folder) = (Case::new(patient(mode)), Folder::new());
        let most = MOST.to_string();
        let ran = run(&mut case.command(&["rotate_and_reopen", &folder.log(), &most, &lines]));
        must_end(&mut tally, ran.status, ran.status.success());
        let written = account(&mut tally, &case, &folder.read().0);
        must_be_whole(&mut tally, &case, &written);
    }
    tally
}

fn by_three(plan: Plan, mode: &'static str) -> Tally {
    let mut tally = Tally::new("F24 … by three processes", mode);
    let (lines, most) = (plan.lines[1].min(5_000).to_string(), MOST.to_string());
    for _ in 0..plan.runs.min(5) {
        let folder = Folder::new();
        let cases = [(); 3].map(|()| Case::new(patient(mode)));
        let children = cases.iter().zip(["0", "1", "2"]).map(|(case, first)| {
            let mut command = case.command(&["rotate", &folder.log(), &most, first, &lines]);
            command.stderr(Stdio::null()).spawn().unwrap()
        });
        for mut child in children.collect::<Vec<_>>() {
            let status = ended(&mut child);
            must_end(&mut tally, status, status.success());
        }
        must_be_all(&mut tally, &cases, &Written::read(&folder.read().0));
    }
    tally
}

pub fn sharing(plan: Plan) -> Vec<Tally> {
    BOTH.into_iter().flat_map(|mode| [opened(plan, mode), killed(plan, mode)]).collect()
}

/// A file is opened again and again while others write long lines to it.
fn opened(plan: Plan, mode: &'static str) -> Tally {
    let mut tally = Tally::new("F25 opened while 2 processes write to it", mode);
    let lines = plan.lines[1].min(5_000).to_string();
    for _ in 0..plan.runs.min(5) {
        let file = TemporaryFile::new();
        let cases = [(); 2].map(|()| Case::new(patient(mode)));
        let children = cases.iter().zip(["0", "1"]).map(|(case, first)| {
            let mut command = case.command(&["append", file.as_str(), first, &lines]);
            command.stderr(Stdio::null()).spawn().unwrap()
        });
        let children: Vec<_> = children.collect();
        let is_over = AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(|| {
                while !is_over.load(Ordering::Relaxed) {
                    File::open(file.path()).unwrap().write(b"{}\n").unwrap();
                }
            });
            for mut child in children {
                let status = ended(&mut child);
                must_end(&mut tally, status, status.success());
            }
            is_over.store(true, Ordering::Relaxed);
        });
        must_be_all(&mut tally, &cases, &Written::read(&file.text()));
    }
    tally
}

/// One of two is killed. It may leave half a line, and the other's next line
/// stands behind that: so many are missing, and no more.
fn killed(plan: Plan, mode: &'static str) -> Tally {
    let mut tally = Tally::new("F25 one of 2 processes is killed", mode);
    let mut random = Random::seeded(25);
    let mut glued = 0;
    for _ in 0..plan.runs {
        let file = TemporaryFile::new();
        let [stays, goes] = [(); 2].map(|()| Case::new(patient(mode)));
        let mut goes_on = stays.command(&["append", file.as_str(), "1", "3000"]);
        let mut is_killed = goes.command(&["append", file.as_str(), "0", "100000"]);
        let [mut goes_on, mut is_killed] = [&mut goes_on, &mut is_killed]
            .map(|command| command.stderr(Stdio::null()).spawn().unwrap());
        let enough = 100 + random.below(1_000) as u64;
        wait_until("lines were acknowledged", || goes.ledger().total() >= enough);
        signal(&is_killed, Signal::KILL);
        ended(&mut is_killed);
        let status = ended(&mut goes_on);
        must_end(&mut tally, status, status.success());
        let written = Written::read(&file.text());
        let (acknowledged, there) = (stays.ledger().total(), written.lines_of(1));
        tally.run(acknowledged, there, &[], written.torn);
        tally.must(acknowledged - there <= 1 && written.torn <= 1 && written.blank == 0, || {
            format!("{there} of {acknowledged}, {} torn", written.torn)
        });
        glued += acknowledged - there;
    }
    tally.note(format!("{glued} lines on half a line"));
    tally
}
