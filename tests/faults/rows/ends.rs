//! F1, F2, F12: however a process ends.

use std::{
    fs::File,
    io::Read as _,
    os::unix::process::ExitStatusExt as _,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
};

use rustix::process::{Pid, Signal, kill_process};
use test_support::{
    Random, TemporaryFile,
    child::{drain, ended, ended_after, run},
    wait_until,
};

use super::{ALL, SHORTEST};
use crate::{
    evidence::{Case, account, account_killed, account_to_the_end, must_end},
    plan::Plan,
    table::Tally,
};

/// The bound of background mode.
const BOUND: u64 = 4 << 20;

/// A way to end: what it is called, the scenario of the child, and which child.
type End = (&'static str, &'static str, fn(&'static str) -> Case);

const ENDS: [End; 10] = [
    ("return", "return", Case::new),
    ("exit", "exit", Case::new),
    ("exit of another thread", "exit_of_a_thread", Case::new),
    ("panic in main", "panic_in_main", Case::new),
    ("panic in a task", "panic_in_a_task", Case::new),
    ("panic that cannot unwind", "panic_that_cannot_unwind", Case::new),
    ("`panic = \"abort\"`, in main", "panic_in_main", Case::aborting),
    ("`panic = \"abort\"`, in a task", "panic_in_a_task", Case::aborting),
    ("`panic = \"abort\"`, in a value's `Display`", "panic_in_a_value", Case::aborting),
    ("SIGTERM, by the guide's recipe", "sigterm", Case::new),
];

/// All modes side by side: there are many lines to be read.
pub fn ends(plan: Plan) -> Vec<Tally> {
    thread::scope(|scope| {
        let of_mode = |mode| move || ENDS.map(|how| end(plan, mode, how));
        let modes = ALL.map(|mode| scope.spawn(of_mode(mode)));
        modes.into_iter().flat_map(|mode| mode.join().unwrap()).collect()
    })
}

fn end(plan: Plan, mode: &'static str, (name, how, case): End) -> Tally {
    let mut tally = Tally::new(format!("F1 {name}"), mode);
    for threads in ["1", "4"] {
        for lines in plan.lines.map(|lines| lines.to_string()) {
            for _ in 0..plan.runs {
                let case = case(mode);
                let (mut child, file) = to_file(case.command(&["end", how, threads, &lines]));
                let mut stderr = child.stderr.take().unwrap();
                if how == "sigterm" {
                    stderr.read_exact(&mut [0; 6]).unwrap(); // "ready\n"
                    signal(&child, Signal::TERM);
                }
                let stderr = drain(stderr);
                let status = ended(&mut child);
                must_end(&mut tally, status, is_expected(name, status));
                drop(stderr.join());
                account_to_the_end(&mut tally, &case, &file.text());
            }
        }
    }
    tally
}

fn is_expected(name: &str, status: ExitStatus) -> bool {
    match name {
        "exit" | "exit of another thread" => status.code() == Some(7),
        "panic in main" => status.code() == Some(101),
        _ if name.contains("abort") || name.contains("cannot unwind") => {
            status.signal() == Some(Signal::ABORT.as_raw())
        }
        _ => status.success(),
    }
}

pub fn hard_ends(plan: Plan) -> Vec<Tally> {
    let hows = [("SIGABRT", Signal::ABORT), ("SIGSEGV", Signal::SEGV), ("SIGKILL", Signal::KILL)];
    let cases = ALL.iter().flat_map(|mode| hows.map(|how| (*mode, how)));
    cases.map(|(mode, (name, signal))| hard_end(plan, mode, name, signal)).collect()
}

fn hard_end(plan: Plan, mode: &'static str, name: &str, how: Signal) -> Tally {
    let mut tally = Tally::new(format!("F2 {name}"), mode);
    let mut random = Random::seeded(2);
    let mut most = 0;
    for _ in 0..plan.runs {
        let (case, file) = (Case::new(mode), TemporaryFile::new());
        let mut command = case.command(&["acknowledge", "kill", file.as_str()]);
        let mut child = command.stderr(Stdio::null()).spawn().unwrap();
        let enough = 200 + random.below(20_000) as u64;
        wait_until("lines were acknowledged", || case.ledger().total() >= enough);
        // Of SIGSEGV, the handler that std has for it takes the first one, and
        // steps aside.
        let status = ended_after(&mut child, |child| signal(child, how));
        must_end(&mut tally, status, status.signal() == Some(how.as_raw()));
        most = most.max(account_killed(&mut tally, &case, &file.text()));
    }
    let bound = if ["direct", "groups"].contains(&mode) { 0 } else { BOUND / SHORTEST };
    tally.must(most <= bound, || format!("{most} lines lost at once"));
    tally.note(format!("at most {most} lost at once"));
    tally
}

pub fn very_end(plan: Plan) -> Vec<Tally> {
    let mut tallies = Vec::new();
    for mode in ALL {
        tallies.push(detached(plan, mode));
        tallies.extend(LAST_WORDS.map(|whose| last_words(plan, mode, whose)));
    }
    tallies
}

/// What logs when it is nearly over; first or last is when it was registered.
const LAST_WORDS: [&str; 6] = [
    "a thread-local of main, first",
    "a thread-local of main, last",
    "a thread-local of a thread, first",
    "a thread-local of a thread, last",
    "atexit, first",
    "atexit, last",
];

/// Logs, and calls `#[timed]` functions.
fn last_words(plan: Plan, mode: &'static str, whose: &str) -> Tally {
    let mut tally = Tally::new(format!("F12 {whose}"), mode);
    for _ in 0..plan.runs {
        let case = Case::new(mode);
        let ran = run(&mut case.command(&["last_words", whose]));
        must_end(&mut tally, ran.status, ran.status.success() && ran.stderr.is_empty());
        let written = account(&mut tally, &case, &ran.stdout);
        tally.must(written.lines == 20, || format!("{} of 20 lines are there", written.lines));
    }
    tally
}

/// Threads log on while `main` returns.
fn detached(plan: Plan, mode: &'static str) -> Tally {
    let mut tally = Tally::new("F12 threads log while main returns", mode);
    for _ in 0..plan.runs {
        let (case, file) = (Case::new(mode), TemporaryFile::new());
        let mut command = case.command(&["acknowledge", "return", file.as_str()]);
        let mut child = command.stderr(Stdio::null()).spawn().unwrap();
        let status = ended(&mut child);
        must_end(&mut tally, status, status.success());
        let missing = account_killed(&mut tally, &case, &file.text());
        tally.must(missing == 0, || format!("{missing} lines are missing"));
    }
    tally
}

/// Starts a command with its standard output in a file; returns that, too.
fn to_file(mut command: Command) -> (Child, TemporaryFile) {
    let file = TemporaryFile::new();
    let output = File::options().append(true).create(true).open(file.path()).unwrap();
    let child = command.stdin(Stdio::null()).stdout(output).stderr(Stdio::piped()).spawn().unwrap();
    (child, file)
}

/// Sends a signal.
pub fn signal(child: &Child, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    kill_process(pid, signal).unwrap();
}
