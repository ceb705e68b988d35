//! All contestants take turns, so that other load on the machine affects all of
//! them.

use std::{env, fs, process::Command};

use report::numbers::rounded;
use serde_json::{Value, json};

const CONTESTANTS: [&str; 5] =
    ["written at once", "kept", "discarded", "below the filter", "wide-log"];

/// Where lines go, if not nowhere.
pub(crate) const FILE: &str = "target/detail.jsonl";

/// Measures everything, prints a table, and returns its rows.
pub(crate) fn measure(rounds: usize) -> Vec<Value> {
    let mut rows = Vec::new();
    println!("{:<22} {:<18} {:>10} {:>8}", "to", "contestant", "request ns", "relative");
    for to in ["nowhere", FILE] {
        let mut best = CONTESTANTS.map(|_| f64::INFINITY);
        for _ in 0..rounds {
            for (name, best) in CONTESTANTS.iter().zip(&mut best) {
                *best = best.min(sample(name, to));
            }
        }
        let [at_once, ..] = best;
        for (name, nanos) in CONTESTANTS.iter().zip(best) {
            let relative = nanos / at_once;
            println!("{to:<22} {name:<18} {nanos:>10.1} {relative:>8.3}");
            rows.push(json!({ "to": to, "contestant": name, "request_ns": rounded(nanos) }));
        }
    }
    rows
}

fn sample(name: &str, to: &str) -> f64 {
    let program = env::current_exe().expect("it runs");
    let output = Command::new(program)
        .args(["contestant", name, to])
        .output()
        .expect("a contestant starts");
    let _ = fs::remove_file(FILE);
    let said = String::from_utf8_lossy(&output.stdout);
    let error = String::from_utf8_lossy(&output.stderr);
    said.trim().parse().unwrap_or_else(|_| panic!("{name}: {error}"))
}
