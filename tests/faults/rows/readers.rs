//! F5, F6: a reader that goes away, and a pipe that does not block.

use std::{
    io::{self, Read as _},
    process::Stdio,
};

use test_support::{
    child::{ended, run},
    wait_until,
};

use super::BOTH;
use crate::{
    evidence::{Case, account, must_be_whole, must_end},
    pipe::{read_slowly, set_non_blocking},
    plan::Plan,
    table::Tally,
};

pub fn no_reader(plan: Plan) -> Vec<Tally> {
    let mut tallies = Vec::new();
    for mode in BOTH {
        tallies.extend([
            reader_goes_away(plan, mode, false),
            reader_goes_away(plan, mode, true),
            closed_before(plan, mode),
        ]);
    }
    tallies
}

/// Nothing is to be seen then; all the same, each line is counted.
fn closed_before(plan: Plan, mode: &'static str) -> Tally {
    let mut tally = Tally::new("F5 0, 1 and 2 closed before the start", mode);
    let all = [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"];
    for closed in (0..plan.runs.div_ceil(2)).flat_map(|_| all) {
        let case = Case::new(mode);
        let line = format!("exec \"$0\" write 2 100 250 8000 {closed}");
        let ran = run(&mut case.shell(&line, &[]));
        must_end(&mut tally, ran.status, ran.status.success());
        let (written, waiting, dropped) = case.ledger().closed().unwrap_or_default();
        let (total, lost) = (case.ledger().total(), dropped.iter().sum::<u64>());
        tally.run(total, written, &dropped, 0);
        tally.must(total == 200 && written + lost == total && waiting == 0, || {
            format!("{total} acknowledged, {written} written, {lost} dropped")
        });
    }
    tally
}

fn reader_goes_away(plan: Plan, mode: &'static str, also_stderr: bool) -> Tally {
    let name = if also_stderr { "F5 reader goes away, stderr too" } else { "F5 reader goes away" };
    let mut tally = Tally::new(name, mode);
    for _ in 0..plan.runs {
        let case = Case::new(mode);
        let (mut reader, writer) = io::pipe().unwrap();
        let stderr = if also_stderr { writer.try_clone().unwrap().into() } else { Stdio::null() };
        let mut command = case.command(&["write", "2", "1000", "250", "8000"]);
        let mut child = command.stdout(writer).stderr(stderr).spawn().unwrap();
        drop(command);
        reader.read_exact(&mut [0]).unwrap();
        drop(reader);
        let status = ended(&mut child);
        must_end(&mut tally, status, status.success());
        let (written, waiting, dropped) = case.ledger().closed().unwrap_or_default();
        let (total, lost) = (case.ledger().total(), dropped.iter().sum::<u64>());
        tally.run(total, written, &dropped, 0);
        tally.must(total == 2_000 && written + lost == total && waiting == 0, || {
            format!("{total} acknowledged, {written} written, {lost} dropped")
        });
        tally.must(lost > 0, || "nothing was dropped".to_owned());
    }
    tally
}

pub fn non_blocking(plan: Plan) -> Vec<Tally> {
    let cases = BOTH.iter().flat_map(|mode| [(*mode, "250", "251"), (*mode, "8000", "8001")]);
    cases.map(|(mode, least, most)| non_blocking_pipe(plan, mode, least, most)).collect()
}

fn non_blocking_pipe(plan: Plan, mode: &'static str, least: &str, most: &str) -> Tally {
    let mut tally = Tally::new(format!("F6 non-blocking pipe, lines of {least} bytes"), mode);
    for _ in 0..plan.runs {
        let case = Case::new(mode);
        let (reader, writer) = io::pipe().unwrap();
        set_non_blocking(&writer);
        let mut command = case.command(&["write", "4", "300", least, most]);
        let mut child = command.stdout(writer).stderr(Stdio::null()).spawn().unwrap();
        drop(command);
        wait_until("the pipe is full", || rustix::io::ioctl_fionread(&reader).unwrap() > 48 * 1024);
        let text = read_slowly(reader, u64::MAX);
        let status = ended(&mut child);
        must_end(&mut tally, status, status.success());
        let written = account(&mut tally, &case, &text.join().unwrap());
        must_be_whole(&mut tally, &case, &written);
    }
    tally
}
