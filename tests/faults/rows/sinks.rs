//! F4: a sink that is full, for a while or for ever.

use std::{
    fs::{self, File},
    process::Stdio,
    time::Instant,
};

use test_support::{
    TemporaryFile,
    child::{Ran, drain, ended, run},
};

use super::BOTH;
use crate::{
    evidence::{Case, Written, account, must_be_whole, must_end},
    plan::Plan,
    table::Tally,
};

pub fn failing_sinks(plan: Plan) -> Vec<Tally> {
    let mut tallies = Vec::new();
    for mode in BOTH {
        tallies.extend([
            full_for_ever(plan, mode),
            small_file(plan, mode),
            small_disk(plan, mode),
            errs_now_and_then(plan, mode, "2"),
            errs_now_and_then(plan, mode, "3"),
            takes_little(plan, mode, "1"),
            takes_little(plan, mode, "100"),
            stutters(plan, mode),
        ]);
    }
    tallies.extend([
        refuses_at_the_end(plan),
        gap_at_the_end(plan, "direct", "refuses the last line", "sink_that_refuses_the_last_line"),
        gap_at_the_end(plan, "background", "stalls at the end", "sink_that_stalls_at_the_end"),
    ]);
    tallies
}

/// What it refused while the process ended is tried again.
fn refuses_at_the_end(plan: Plan) -> Tally {
    let mut tally = Tally::new("F4 sink that refuses for 300 ms at the end", "background");
    for _ in 0..plan.runs {
        let (case, written) =
            misbehaves(&mut tally, "background", &["sink_that_refuses_at_the_end"]);
        must_be_whole(&mut tally, &case, &written);
    }
    tally
}

/// The log says what is missing, though no line comes after it.
fn gap_at_the_end(plan: Plan, mode: &'static str, what: &str, scenario: &str) -> Tally {
    let mut tally = Tally::new(format!("F4 sink that {what}"), mode);
    for _ in 0..plan.runs {
        let (case, written) = misbehaves(&mut tally, mode, &[scenario]);
        must_be_reported(&mut tally, &case, &written);
    }
    tally
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
fn small_file(plan: Plan, mode: &'static str) -> Tally {
    let mut tally = Tally::new("F4 file of 64 KiB, then space again", mode);
    for _ in 0..plan.runs {
        let (case, file) = (Case::new(mode), TemporaryFile::new());
        let line = r#"trap "" XFSZ; ulimit -f 64; exec "$0" fill "$1" 1000"#;
        let start = Instant::now();
        let ran = run(&mut case.shell(line, &[file.as_str()]));
        must_recover(&mut tally, &case, &ran, 1_010);
        must_complain_little(&mut tally, &ran.stderr, start);
    }
    tally
}

/// The real thing, mounted where the child alone sees it.
fn small_disk(plan: Plan, mode: &'static str) -> Tally {
    let mut tally = Tally::new("F4 disk of 1 MiB, then space again", mode);
    if !on_a_small_disk(&Case::new(mode), "true").status.success() {
        tally.skip("needs root, or user namespaces, to mount a tmpfs");
        return tally;
    }
    for _ in 0..plan.runs {
        let case = Case::new(mode);
        let start = Instant::now();
        let ran = on_a_small_disk(&case, r#"exec "$0" fill "$1/log" 5000"#);
        must_recover(&mut tally, &case, &ran, 5_010);
        must_complain_little(&mut tally, &ran.stderr, start);
    }
    tally
}

/// Runs a line of shell, in which `$1` is a folder on a disk of 1 MiB.
fn on_a_small_disk(case: &Case, line: &str) -> Ran {
    let folder = TemporaryFile::new();
    fs::create_dir(folder.path()).unwrap();
    let mount = r#"mount -t tmpfs -o size=1m none "$1""#;
    let unshare = "exec unshare --user --map-root-user --mount";
    let line = format!(r#"{unshare} sh -c '{mount} && {line}' "$0" "$1""#);
    let ran = run(&mut case.shell(&line, &[folder.as_str()]));
    fs::remove_dir(folder.path()).unwrap();
    ran
}

/// All lines after it was full are there; in background mode all lines are.
fn must_recover(tally: &mut Tally, case: &Case, ran: &Ran, lines: u64) {
    must_end(tally, ran.status, ran.status.success());
    let written = account(tally, case, &ran.stdout);
    // One each time that it was full.
    let most = if case.mode == "direct" { 1 } else { 20 };
    tally.must(written.torn <= most, || format!("{} lines are torn", written.torn));
    let again = ran.stdout.matches("there is space again").count();
    tally.must(again == 10, || format!("{again} of the last 10 lines are there"));
    match case.mode {
        "direct" => must_be_reported(tally, case, &written),
        _ => must_be_whole_but_for_torn(tally, &written, lines),
    }
}

/// One line reports all that was dropped.
fn must_be_reported(tally: &mut Tally, case: &Case, written: &Written) {
    let (_, _, dropped) = case.ledger().closed().unwrap_or_default();
    let dropped = dropped.iter().sum::<u64>();
    tally.must(written.reports == 1 && written.reported_lines == dropped && dropped > 0, || {
        format!("{} lines report {} of {dropped}", written.reports, written.reported_lines)
    });
}

/// What was torn stands once more, whole.
fn must_be_whole_but_for_torn(tally: &mut Tally, written: &Written, lines: u64) {
    tally.must(written.lines == lines, || format!("{} of {lines} lines are there", written.lines));
}

/// Runs a sink that misbehaves in the child, and accounts for its lines.
fn misbehaves(tally: &mut Tally, mode: &'static str, scenario: &[&str]) -> (Case, Written) {
    let case = Case::new(mode);
    let ran = run(&mut case.command(scenario));
    must_end(tally, ran.status, ran.status.success());
    let written = account(tally, &case, &ran.stdout);
    (case, written)
}

fn errs_now_and_then(plan: Plan, mode: &'static str, n: &str) -> Tally {
    let mut tally = Tally::new(format!("F4 sink that errs every {n} calls"), mode);
    for _ in 0..plan.runs {
        let (_, written) = misbehaves(&mut tally, mode, &["sink_that_errs", n]);
        tally.must(written.torn == 0, || format!("{} lines are torn", written.torn));
        // Background mode tries again.
        let is_right = if mode == "direct" { written.lines < 400 } else { written.lines == 400 };
        tally.must(is_right, || format!("{} of 400 lines are there", written.lines));
    }
    tally
}

fn takes_little(plan: Plan, mode: &'static str, most: &str) -> Tally {
    let mut tally = Tally::new(format!("F4 writes of 1 to {most} bytes"), mode);
    for _ in 0..plan.runs {
        let (case, written) = misbehaves(&mut tally, mode, &["sink_that_takes_little", most]);
        must_be_whole(&mut tally, &case, &written);
    }
    tally
}

/// All of it at once: short, interrupted and refused writes.
fn stutters(plan: Plan, mode: &'static str) -> Tally {
    let mut tally = Tally::new("F4 short, interrupted and refused writes", mode);
    for _ in 0..plan.runs {
        let (_, written) = misbehaves(&mut tally, mode, &["sink_that_stutters", "100"]);
        tally.must(mode == "direct" || written.lines == 400, || {
            format!("{} of 400 lines are there", written.lines)
        });
    }
    tally
}
