//! All ends of all contestants, as two tables: one with every figure, one with
//! the lost lines side by side.

use std::{env, process::Command};

use crate::{
    child::THREADS,
    contestant::Contestant,
    run::{Tally, run},
};

const RUNS: u64 = 5;

/// The ends, and how many lines each thread logs before them.
const ENDS: [(&str, &[u64]); 10] = [
    ("return", &[10, 100_000]),
    ("exit", &[10, 100_000]),
    ("exit of another thread", &[10, 100_000]),
    ("panic in `main`", &[10, 100_000]),
    ("panic in a task", &[10, 100_000]),
    ("`panic = \"abort\"`", &[10, 100_000]),
    ("SIGTERM, listened to", &[10, 100_000]),
    ("abort", &[10, 100_000]),
    ("SIGKILL meanwhile", &[100_000]),
    ("reader stops for 2 s", &[100_000]),
];

pub fn print() {
    build_with_abort();
    println!(
        "| end | threads × lines | contestant | acknowledged | written | lost | of these counted | torn |"
    );
    println!("|---|---|---|---:|---:|---:|---:|---:|");
    let mut rows = Vec::new();
    for (end, of_thread) in ENDS {
        for lines in of_thread {
            let tallies = Contestant::ALL.map(|contestant| all_runs(contestant, end, *lines));
            rows.push(short(end, *lines, &tallies));
        }
    }
    let names = Contestant::ALL.map(Contestant::name);
    println!("\n| end | threads × lines | {} |", names.join(" | "));
    println!("|---|---|{}", "---:|".repeat(names.len()));
    println!("{}", rows.join("\n"));
}

/// Builds the program for the end that needs `panic = "abort"`.
fn build_with_abort() {
    let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    let built = Command::new(cargo)
        .args(["build", "--quiet", "--profile", "abort"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status();
    assert!(built.unwrap().success());
}

/// Runs one end of one contestant and prints its row.
fn all_runs(contestant: Contestant, end: &str, lines: u64) -> Tally {
    let mut tally = Tally::default();
    for _ in 0..RUNS {
        tally.add(run(contestant, end, lines));
    }
    let Tally { acknowledged, written, counted, torn } = tally;
    let (name, lost) = (contestant.name(), tally.lost());
    println!(
        "| {end} | {THREADS} × {lines} | {name} | {acknowledged} | {written} | {lost} | {counted} | {torn} |"
    );
    tally
}

/// Returns a row of lost lines, as `docs/measured/faults.md` shows it.
fn short(end: &str, lines: u64, tallies: &[Tally]) -> String {
    let lost: Vec<_> = tallies.iter().map(share).collect();
    format!("| {end} | {THREADS} × {lines} | {} |", lost.join(" | "))
}

#[expect(clippy::cast_precision_loss, reason = "the share is rounded")]
fn share(tally: &Tally) -> String {
    match tally.lost() {
        0 => "0".to_owned(),
        lost => format!("{:.1} %", 100.0 * lost as f64 / tally.acknowledged as f64),
    }
}
