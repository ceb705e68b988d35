//! F1, F2, F12: however a process ends.

use std::{
    fs::File,
    io::Read as _,
    os::unix::process::ExitStatusExt as _,
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::Duration,
};

use rustix::process::{Pid, Signal, kill_process};
use tests::{
    Random, TemporaryFile,
    child::{drain, ended},
    wait_until,
};

use super::{BOTH, SHORTEST};
use crate::{
    evidence::{Case, Written, account_killed, must_be_whole, must_end},
    plan::Plan,
    table::Tally,
};

/// The bound of background mode.
const BOUND: u64 = 4 << 20;

pub fn ends(plan: Plan) -> Vec<Tally> {
    let hows = [
        "return",
        "exit",
        "exit_of_a_thread",
        "panic_in_main",
        "panic_in_a_task",
        "panic_that_cannot_unwind",
        "sigterm",
    ];
    let cases = BOTH.iter().flat_map(|mode| hows.map(|how| (*mode, how)));
    cases.map(|(mode, how)| end(plan, mode, how)).collect()
}

fn end(plan: Plan, mode: &'static str, how: &str) -> Tally {
    let mut tally = Tally::new(format!("F1 {how}"), mode);
    for threads in ["1", "4"] {
        for lines in plan.lines.map(|lines| lines.to_string()) {
            for _ in 0..plan.runs {
                let case = Case::new(mode);
                let (mut child, file) = to_file(case.command(&["end", how, threads, &lines]));
                let mut stderr = child.stderr.take().unwrap();
                if how == "sigterm" {
                    stderr.read_exact(&mut [0; 6]).unwrap(); // "ready\n"
                    signal(&child, Signal::TERM);
                }
                let stderr = drain(stderr);
                let status = ended(&mut child);
                must_end(&mut tally, status, is_expected(how, status));
                drop(stderr.join());
                // The lines that tell of the panic are nobody's to acknowledge.
                let written = Written::read(&file.text());
                let acknowledged = case.ledger().total();
                tally.run(acknowledged, written.lines, &[], written.torn);
                must_be_whole(&mut tally, &case, &written);
            }
        }
    }
    tally
}

fn is_expected(how: &str, status: ExitStatus) -> bool {
    match how {
        "exit" | "exit_of_a_thread" => status.code() == Some(7),
        "panic_in_main" => status.code() == Some(101),
        // As any panic does with `panic = "abort"`.
        "panic_that_cannot_unwind" => status.signal() == Some(Signal::ABORT.as_raw()),
        _ => status.success(),
    }
}

pub fn hard_ends(plan: Plan) -> Vec<Tally> {
    let hows = [("SIGABRT", Signal::ABORT), ("SIGSEGV", Signal::SEGV), ("SIGKILL", Signal::KILL)];
    let cases = BOTH.iter().flat_map(|mode| hows.map(|how| (*mode, how)));
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
        signal(&child, how);
        if how == Signal::SEGV {
            // The handler that std has for it takes the first one, and steps
            // aside.
            thread::sleep(Duration::from_millis(20));
            signal(&child, how);
        }
        let status = ended(&mut child);
        must_end(&mut tally, status, status.signal() == Some(how.as_raw()));
        most = most.max(account_killed(&mut tally, &case, &file.text()));
    }
    let bound = if mode == "direct" { 0 } else { BOUND / SHORTEST };
    tally.must(most <= bound, || format!("{most} lines lost at once"));
    tally.note(format!("at most {most} lost at once"));
    tally
}

pub fn very_end(plan: Plan) -> Vec<Tally> {
    BOTH.map(|mode| detached(plan, mode)).into()
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
fn signal(child: &Child, signal: Signal) {
    let pid = Pid::from_raw(i32::try_from(child.id()).unwrap()).unwrap();
    kill_process(pid, signal).unwrap();
}
