//! F8, F23: very many lines, and several writers to one place.

use std::{io, process::Stdio};

use test_support::{
    TemporaryFile,
    child::{drain, ended, run},
};

use super::{ALL, BOTH, QUEUED};
use crate::{
    evidence::{Case, Written, account, must_be_all, must_be_whole, must_end},
    pipe::read_slowly,
    plan::Plan,
    table::Tally,
};

pub fn blocking(plan: Plan) -> Vec<Tally> {
    let mut tally = Tally::new("F8 4 threads, Block, to a file", "background");
    let (case, file) = (Case::new("background"), TemporaryFile::new());
    let lines = (plan.very_many / 4).to_string();
    let mut command = case.command(&["block", file.as_str(), "4", &lines]);
    let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
    let stderr = drain(child.stderr.take().unwrap());
    let status = ended(&mut child);
    must_end(&mut tally, status, status.success());
    let written = account(&mut tally, &case, &file.text());
    must_be_whole(&mut tally, &case, &written);
    let memory = stderr.join().unwrap().trim().parse::<u64>().unwrap_or(u64::MAX);
    tally.must(memory <= 32 * 1_024, || format!("{memory} KiB of memory"));
    tally.note(format!("{} MiB of memory", memory / 1_024));
    vec![tally]
}

/// Threads that are faster than the writer wait for it, and take no processor
/// from it.
pub fn full_speed(plan: Plan) -> Vec<Tally> {
    QUEUED.map(|mode| full_speed_in(plan, mode)).into()
}

fn full_speed_in(plan: Plan, mode: &'static str) -> Tally {
    let mut tally = Tally::new("F8 16 threads at full speed, to a file", mode);
    let (case, file) = (Case::new(mode), TemporaryFile::new());
    let lines = (plan.very_many / 16).to_string();
    let ran = run(&mut case.command(&["full_speed", file.as_str(), &lines]));
    must_end(&mut tally, ran.status, ran.status.success());
    let written = account(&mut tally, &case, &file.text());
    must_be_whole(&mut tally, &case, &written);
    tally
}

/// The counts add up whenever they are looked at: the child checks it.
pub fn looks(plan: Plan) -> Vec<Tally> {
    ALL.map(|mode| {
        let mut tally = Tally::new("F26 counts, while 4 threads log", mode);
        for _ in 0..plan.runs {
            let (case, file) = (Case::new(mode), TemporaryFile::new());
            let lines = (plan.very_many / 40).to_string();
            let ran = run(&mut case.command(&["look", file.as_str(), &lines]));
            must_end(&mut tally, ran.status, ran.status.success());
            tally.must(ran.stderr.is_empty(), || ran.stderr.clone());
            account(&mut tally, &case, &file.text());
        }
        tally
    })
    .into()
}

pub fn several(plan: Plan) -> Vec<Tally> {
    let of_mode = |mode| [processes(plan, mode), threads(plan, mode), one_pipe(plan, mode)];
    BOTH.into_iter().flat_map(of_mode).collect()
}

fn processes(plan: Plan, mode: &'static str) -> Tally {
    let mut tally = Tally::new("F23 4 processes, one file", mode);
    let lines = plan.lines[1].min(5_000).to_string();
    // Nothing may be dropped here: a caller that is too fast waits.
    let mode_of_all = if mode == "background" { "block" } else { mode };
    for _ in 0..plan.runs.min(5) {
        let file = TemporaryFile::new();
        let cases = [(); 4].map(|()| Case::new(mode_of_all));
        let children = cases.iter().zip(["0", "1", "2", "3"]).map(|(case, first)| {
            let mut command = case.command(&["append", file.as_str(), first, &lines]);
            command.stderr(Stdio::null()).spawn().unwrap()
        });
        for mut child in children.collect::<Vec<_>>() {
            let status = ended(&mut child);
            must_end(&mut tally, status, status.success());
        }
        let written = Written::read(&file.text());
        must_be_all(&mut tally, &cases, &written);
        tally.must(written.is_in_order(), || "out of order".to_owned());
    }
    tally
}

fn threads(plan: Plan, mode: &'static str) -> Tally {
    let mut tally = Tally::new("F23 4 threads, one pipe, 250 B to 8 KB", mode);
    let lines = plan.lines[1].min(5_000).to_string();
    for _ in 0..plan.runs.min(5) {
        // Nothing may be dropped here: a caller that is too fast waits.
        let case = Case::new(if mode == "background" { "block" } else { mode });
        let (reader, writer) = io::pipe().unwrap();
        let mut command = case.command(&["write", "4", &lines, "250", "8000"]);
        let mut child = command.stdout(writer).stderr(Stdio::null()).spawn().unwrap();
        drop(command);
        let text = read_slowly(reader, u64::MAX);
        let status = ended(&mut child);
        must_end(&mut tally, status, status.success());
        let written = account(&mut tally, &case, &text.join().unwrap());
        must_be_whole(&mut tally, &case, &written);
    }
    tally
}

/// Several processes, one pipe: lines that are no longer than it takes as a
/// whole do not tear.
fn one_pipe(plan: Plan, mode: &'static str) -> Tally {
    let mut tally = Tally::new("F23 4 processes, one pipe, up to 4,096 bytes", mode);
    let lines = plan.lines[1].min(5_000).to_string();
    let mode_of_all = if mode == "background" { "block" } else { mode };
    for _ in 0..plan.runs.min(5) {
        let cases = [(); 4].map(|()| Case::new(mode_of_all));
        let (reader, writer) = io::pipe().unwrap();
        let children = cases.iter().zip(["0", "1", "2", "3"]).map(|(case, first)| {
            let mut command = case.command(&["write_short", first, &lines]);
            command.stdout(writer.try_clone().unwrap()).stderr(Stdio::null()).spawn().unwrap()
        });
        let children: Vec<_> = children.collect();
        drop(writer);
        let text = read_slowly(reader, u64::MAX);
        for mut child in children {
            let status = ended(&mut child);
            must_end(&mut tally, status, status.success());
        }
        let written = Written::read(&text.join().unwrap());
        must_be_all(&mut tally, &cases, &written);
    }
    tally
}
