//! All contestants take turns, so that other load on the machine affects all of
//! them.

use std::{env, process::Command};

use report::numbers::rounded;
use serde_json::{Value, json};

use crate::receiver;

const CONTESTANTS: [&str; 6] =
    ["ours disabled", "ours observed", "ours", "ours gzip", "tracing", "tracing-opentelemetry"];
const WORKLOADS: [&str; 2] = ["step", "five attributes"];

/// Measures everything, prints a table, and returns its rows.
pub(crate) fn measure(rounds: usize) -> Vec<Value> {
    let url = receiver::start(None);
    let mut rows = Vec::new();
    println!("{:<16} {:<22} {:>9} {:>9} {:>6}", "workload", "contestant", "caller", "all", "lost");
    for workload in WORKLOADS {
        let mut best = CONTESTANTS.map(|_| [f64::INFINITY, f64::INFINITY, 0.0]);
        for _ in 0..rounds {
            for (name, best) in CONTESTANTS.iter().zip(&mut best) {
                let [caller, all, lost] = sample(name, workload, &url);
                *best = [best[0].min(caller), best[1].min(all), best[2] + lost];
            }
        }
        for (name, [caller, all, lost]) in CONTESTANTS.iter().zip(best) {
            println!("{workload:<16} {name:<22} {caller:>9.1} {all:>9.1} {lost:>6}");
            rows.push(json!({
                "workload": workload,
                "contestant": name,
                "caller_ns": rounded(caller),
                "all_ns": rounded(all),
                "lost": lost,
            }));
        }
    }
    rows
}

fn sample(name: &str, workload: &str, url: &str) -> [f64; 3] {
    let program = env::current_exe().expect("it runs");
    let output = Command::new(program)
        .args(["contestant", name, workload, url])
        .output()
        .expect("a contestant starts");
    let said = String::from_utf8_lossy(&output.stdout);
    let numbers: Vec<f64> =
        said.split_whitespace().map(|it| it.parse().expect("a number")).collect();
    let error = String::from_utf8_lossy(&output.stderr);
    numbers.try_into().unwrap_or_else(|_| panic!("{name}: {error}"))
}
