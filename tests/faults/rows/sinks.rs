//! F4: a sink that is full, for a while or for ever.

use std::{fs::File, process::Stdio, time::Instant};

use tests::{
    TemporaryFile,
    child::{drain, ended, run},
};

use super::BOTH;
use crate::{
    evidence::{Case, account, must_end},
    plan::Plan,
    table::Tally,
};

pub fn failing_sinks(plan: Plan) -> Vec<Tally> {
    let mut tallies = Vec::new();
    for mode in BOTH {
        tallies.extend([full_for_ever(plan, mode), full_for_a_while(plan, mode)]);
    }
    tallies
}

fn full_for_ever(plan: Plan, mode: &'static str) -> Tally {
    let mut tally = Tally::new("F4 /dev/full", mode);
    for _ in 0..plan.runs {
        let case = Case::new(mode);
        let full = File::options().write(true).open("/dev/full").unwrap();
        let mut command = case.command(&["write", "2", "100", "250", "8000"]);
        let start = Instant::now();
        let mut child = command.stdout(full).stderr(Stdio::piped()).spawn().unwrap();
        let stderr = drain(child.stderr.take().unwrap());
        let status = ended(&mut child);
        must_end(&mut tally, status, status.success());
        account(&mut tally, &case, "");
        must_complain_little(&mut tally, &stderr.join().unwrap(), start);
    }
    tally
}

/// At most one line a second of our own.
fn must_complain_little(tally: &mut Tally, stderr: &str, start: Instant) {
    let complaints = stderr.lines().filter(|line| line.starts_with("trace: ")).count() as u64;
    tally.must((1..=start.elapsed().as_secs() + 2).contains(&complaints), || {
        format!("{complaints} lines on standard error")
    });
}

/// A limit on the size of a file stands in for a small disk.
fn full_for_a_while(plan: Plan, mode: &'static str) -> Tally {
    let mut tally = Tally::new("F4 full, then space again", mode);
    for _ in 0..plan.runs {
        let (case, file) = (Case::new(mode), TemporaryFile::new());
        let line = r#"trap "" XFSZ; ulimit -f 64; exec "$0" fill "$1""#;
        let start = Instant::now();
        let ran = run(&mut case.shell(line, &[file.as_str()]));
        must_end(&mut tally, ran.status, ran.status.success());
        let text = ran.stdout + "\n" + &file.text();
        let written = account(&mut tally, &case, &text);
        // One each time that it was full.
        let most = if mode == "direct" { 1 } else { 20 };
        tally.must(written.torn <= most, || format!("{} lines are torn", written.torn));
        tally.must(mode == "direct" || written.lines == 1_010, || {
            format!("{} of 1010 lines are there", written.lines)
        });
        must_complain_little(&mut tally, &ran.stderr, start);
    }
    tally
}
