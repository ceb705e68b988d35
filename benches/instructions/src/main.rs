//! How many instructions a line takes: what must not creep from commit to
//! commit.
//!
//! ```sh
//! cd benches
//! cargo run --release -p instructions            # prints them beside the kept ones
//! cargo run --release -p instructions -- check   # fails where one grew by more than 5 %
//! cargo run --release -p instructions -- bless   # keeps what it counts now
//! ```
//!
//! Callgrind counts them, which is exact where nanoseconds are not, but only
//! for one compiler and one valgrind: with others than the recorded ones the
//! check is skipped, and says so. What is different from a real run: system
//! calls count nothing; the clock is not read through the vDSO, and whether
//! there is a usable time-stamp counter is what valgrind's CPUID says; all
//! takes some fifty times as long, so what is renewed by time is renewed more
//! often.

mod counter;
mod kept;
mod workloads;

use std::{collections::BTreeMap, env, hint::black_box, process::ExitCode};

use crate::kept::Kept;

/// How much a count may grow, or shrink without anybody having to say so.
const TOLERANCE: f64 = 0.05;

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [] => check(false),
        ["check"] => check(true),
        ["bless"] => bless(),
        ["run", name, calls] => run(name, calls),
        _ => panic!("not a command; see the head of main.rs"),
    }
}

/// What callgrind runs.
fn run(name: &str, calls: &str) -> ExitCode {
    let run = workloads::find(name).expect("a workload");
    workloads::set_up();
    run(1); // what happens once is not counted
    counted(run, calls.parse().expect("a number of calls"));
    ExitCode::SUCCESS
}

/// Callgrind counts from when this is entered to when it is left, and knows it
/// by its name.
#[inline(never)]
fn counted(run: fn(u32), calls: u32) {
    run(black_box(calls));
    black_box(()); // so that it is no jump out of here
}

fn bless() -> ExitCode {
    let tools = counter::tools().expect("there is valgrind");
    let instructions = counts();
    kept::write(&Kept { tools, instructions });
    ExitCode::SUCCESS
}

/// Compares with what is kept, if it was counted by the same tools.
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

/// Prints how a count has changed; returns whether that may be.
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

fn counts() -> BTreeMap<String, u64> {
    let names = workloads::names();
    names.map(|name| (name.to_owned(), counter::instructions_per_call(name))).collect()
}
