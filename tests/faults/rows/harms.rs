//! F9, F10, F11, F28: what a service's own code may do wrong.

use std::{
    os::unix::process::ExitStatusExt as _,
    time::{Duration, Instant},
};

use rustix::process::Signal;
use serde_json::{Value, json};
use test_support::{
    child::{Ran, run},
    json,
};

use super::BOTH;
use crate::{
    evidence::{Case, Written, account, must_end},
    plan::Plan,
    table::Tally,
};

/// Nothing here waits for anything.
const NO_DEADLOCK: Duration = Duration::from_secs(5);

/// How long a line may be, its newline included.
const LINE: usize = 8_000;

pub fn sizes(plan: Plan) -> Vec<Tally> {
    BOTH.map(|mode| {
        harm(plan, "F9 messages and values of 0 to 64 MiB, deep Debug", mode, ("sizes", 0), |ran| {
            let cut = [false, false, false, true, true, true].repeat(2);
            let cut = cut.into_iter().chain([true, false]);
            let is_cut = |line: &Value| line["truncated"] == true;
            ran.lines().iter().map(is_cut).eq(cut)
        })
    })
    .into()
}

pub fn values(plan: Plan) -> Vec<Tally> {
    BOTH.map(|mode| {
        // What logs itself ends at the fifth line.
        let name = "F10 values that panic, fail, log, recurse, never end";
        harm(plan, name, mode, ("values", 2), |ran| {
            let lines = ran.lines();
            let shown = lines.iter().filter(|line| line["message"] == "value");
            let shown: Vec<_> = shown.map(|line| line["value"].as_str().unwrap()).collect();
            let marks = ["<panicked>", "<failed: ", "shown", "shown", "xxxxxxxxxx"];
            let marks = marks.iter().flat_map(|mark| [mark; 2]);
            shown.len() == 10
                && shown.iter().zip(marks).all(|(shown, mark)| shown.starts_with(mark))
                && lines.iter().any(|line| line["error_chain"] == json!(vec!["cycle"; 8]))
        })
    })
    .into()
}

pub fn hooks(plan: Plan) -> Vec<Tally> {
    let mut tallies = Vec::new();
    for mode in BOTH {
        let name = "F11 log from a panic hook, from Drop while unwinding";
        tallies.push(harm(plan, name, mode, ("hooks_and_destructors", 0), |ran| {
            let count = |message| ran.messages().iter().filter(|it| *it == message).count();
            // The hook hears of what a value does, too.
            [count("in a hook"), count("in a destructor"), count("next")] == [20, 10, 10]
        }));
        tallies.push(sink(plan, mode, "logs", "sink_that_logs", 3));
        // Background mode offers the line again.
        let panics = if mode == "direct" { 5..=9 } else { 10..=10 };
        tallies.push(sink_in(plan, mode, "panics", "sink_that_panics", panics));
        tallies.push(aborting_sink(plan, mode));
    }
    tallies
}

/// A panic that cannot be caught comes from inside the sink: the process ends
/// by it, and what was written before is there.
fn aborting_sink(plan: Plan, mode: &'static str) -> Tally {
    let mut tally = Tally::new("F11 a sink that panics, `panic = \"abort\"`", mode);
    for _ in 0..plan.runs {
        let case = Case::aborting(mode);
        let start = Instant::now();
        let ran = run(&mut case.command(&["sink_that_panics_at_last"]));
        let took = start.elapsed();
        must_end(&mut tally, ran.status, ran.status.signal() == Some(Signal::ABORT.as_raw()));
        tally.must(took < NO_DEADLOCK, || format!("it took {took:?}"));
        let (written, acknowledged) = (Written::read(&ran.stdout), case.ledger().total());
        tally.run(acknowledged, written.lines, &[], written.torn);
        tally.must(written.lines == 5 && written.torn == 0, || {
            format!("{} of 5 lines are there, {} are torn", written.lines, written.torn)
        });
    }
    tally
}

pub fn setting_up(plan: Plan) -> Vec<Tally> {
    BOTH.map(|mode| {
        harm(
            plan,
            "F28 64 inits at once, lines before and after all",
            mode,
            ("many_inits", 0),
            |ran| ran.messages() == ["line"; 10],
        )
    })
    .into()
}

/// Lets the child do its worst: each line that was acknowledged is there, none
/// is too long, and the lines say what they should.
fn harm(
    plan: Plan,
    name: &str,
    mode: &'static str,
    (scenario, dropped_on_purpose): (&str, u64),
    is_right: fn(&Ran) -> bool,
) -> Tally {
    let mut tally = Tally::new(name, mode);
    for _ in 0..plan.runs {
        let (case, ran) = ran(&mut tally, mode, scenario);
        account(&mut tally, &case, &ran.stdout);
        let (_, _, dropped) = case.ledger().closed().unwrap_or_default();
        let lost = dropped.iter().sum::<u64>();
        tally.must(lost == dropped_on_purpose, || format!("{lost} lines are dropped"));
        let longest = ran.stdout.lines().map(str::len).max().unwrap_or(0);
        tally.must(longest < LINE, || format!("a line has {longest} bytes"));
        tally.must(ran.stdout.lines().all(|line| json::try_parse(line).is_ok()), || {
            "torn".to_owned()
        });
        tally.must(is_right(&ran), || "the lines do not say what they should".to_owned());
    }
    tally
}

fn ran(tally: &mut Tally, mode: &'static str, scenario: &str) -> (Case, Ran) {
    let case = Case::new(mode);
    let start = Instant::now();
    let ran = run(&mut case.command(&[scenario]));
    let took = start.elapsed();
    must_end(tally, ran.status, ran.status.success());
    tally.must(took < NO_DEADLOCK, || format!("it took {took:?}"));
    (case, ran)
}

fn sink(plan: Plan, mode: &'static str, what: &str, scenario: &str, lines: u64) -> Tally {
    sink_in(plan, mode, what, scenario, lines..=lines)
}

/// A sink that does what it should not: so many of its lines get out.
fn sink_in(
    plan: Plan,
    mode: &'static str,
    what: &str,
    scenario: &str,
    lines: std::ops::RangeInclusive<u64>,
) -> Tally {
    let mut tally = Tally::new(format!("F11 a sink that {what}"), mode);
    for _ in 0..plan.runs {
        let (case, ran) = ran(&mut tally, mode, scenario);
        let written = account(&mut tally, &case, &ran.stdout);
        let acknowledged = case.ledger().total();
        tally.must(acknowledged <= 20, || format!("{acknowledged} lines were logged"));
        tally.must(lines.contains(&written.lines), || format!("{} lines are there", written.lines));
        tally.must(!ran.stderr.contains("panicked"), || ran.stderr.clone());
    }
    tally
}
