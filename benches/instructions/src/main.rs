//! Counts the instructions of a line, so that they do not grow unnoticed.
//!
//! ```sh
//! cd benches
//! cargo run --release -p instructions            # prints them beside the kept ones
//! cargo run --release -p instructions -- check   # fails if one grew by more than 5 %
//! cargo run --release -p instructions -- bless   # keeps the new counts
//! cargo run --release -p instructions -- formats # those of each format beside the native ones
//! ```
//!
//! Callgrind counts them. Its counts are exact, unlike times, but only
//! comparable for one compiler and one valgrind. With other versions than the
//! recorded ones, the check is skipped, and the output says so. A run under
//! callgrind differs from a real one: system calls count nothing; the clock is
//! not read through the vDSO; valgrind's CPUID decides whether there is a
//! usable time stamp counter; and everything takes about fifty times as long,
//! so work that is repeated after some time happens more often.

mod counter;
mod kept;
mod workloads;

use std::{collections::BTreeMap, env, hint::black_box, process::ExitCode};

use crate::kept::Kept;

/// How much a count may grow or shrink without a reason.
const TOLERANCE: f64 = 0.05;

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [] => check(false),
        ["check"] => check(true),
        ["bless"] => bless(),
        ["formats"] => formats(),
        ["run", name, calls] => run(name, calls),
        _ => panic!("not a command; see the head of main.rs"),
    }
}

/// The code that callgrind runs.
fn run(name: &str, calls: &str) -> ExitCode {
    let run = workloads::find(name).expect("a workload");
    workloads::set_up();
    run(1); // work that happens only once is not counted
    counted(run, calls.parse().expect("a number of calls"));
    ExitCode::SUCCESS
}

/// Callgrind counts while this function runs, and finds it by its name.
#[inline(never)]
fn counted(run: fn(u32), calls: u32) {
    run(black_box(calls));
    black_box(()); // prevents a tail call
}

fn bless() -> ExitCode {
    let tools = counter::tools().expect("there is valgrind");
    let instructions = counts();
    kept::write(&Kept { tools, instructions });
    ExitCode::SUCCESS
}

/// Compares the counts with the kept ones, if the same tools made those.
fn check(is_strict: bool) -> ExitCode {
    let kept = kept::read();
    let Some(tools) = counter::tools() else {
        println!("instructions: skipped, there is no valgrind");
        return ExitCode::SUCCESS;
    };
    if is_strict && tools != kept.tools {
        println!("instructions: skipped, kept for {:?}, here are {tools:?}", kept.tools);
        return ExitCode::SUCCESS;
    }
    let all_hold = counts().iter().fold(true, |all, (name, now)| {
        let before = kept.instructions.get(name).copied().unwrap_or_default();
        holds(name, before, *now) && all
    });
    if all_hold || !is_strict { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// Prints how a count has changed. Returns whether that is allowed.
fn holds(name: &str, before: u64, now: u64) -> bool {
    let growth = now as f64 / before as f64 - 1.0;
    let says = match growth {
        growth if growth > TOLERANCE => "grew too much: make it smaller, or `bless` it and say why",
        growth if growth < -TOLERANCE => "shrank: `bless` it, so that it stays so",
        _ => "",
    };
    println!("{name:<12} {before:>6} → {now:>6} {:>+6.1} % {says}", growth * 100.0);
    growth <= TOLERANCE
}

/// Prints what the lines of each format cost, beside the native ones.
fn formats() -> ExitCode {
    if counter::tools().is_none() {
        println!("instructions: skipped, there is no valgrind");
        return ExitCode::SUCCESS;
    }
    for name in workloads::names().filter(|name| !name.starts_with("filtered")) {
        let native = counter::instructions_per_call(name, "json");
        for format in ["otel", "ecs", "gcp", "datadog"] {
            let now = counter::instructions_per_call(name, format);
            let more = (now as f64 / native as f64 - 1.0) * 100.0;
            println!("{name:<12} {format:<8} {native:>6} → {now:>6} {more:>+6.1} %");
        }
    }
    ExitCode::SUCCESS
}

fn counts() -> BTreeMap<String, u64> {
    let names = workloads::names();
    names.map(|name| (name.to_owned(), counter::instructions_per_call(name, "json"))).collect()
}
