//! Logs and the truth about them, as files.

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader, BufWriter, Write as _},
    path::Path,
    process::Command,
};

use serde_json::{Value, json};

use crate::log::{Plan, Truth, write};

/// About how many requests a MiB holds.
const REQUESTS: u64 = 640;

/// Makes `log.jsonl` and `truth.json`; `shuffled.jsonl`, the same with the keys
/// of each line in any order; `slower.jsonl`, in which one step takes
/// a quarter longer; and `again.jsonl`, which differs by chance only.
///
/// # Panics
///
/// If a file cannot be written.
pub fn generate(folder: &Path, mib: u64) {
    fs::create_dir_all(folder).unwrap();
    let plan = Plan { seed: 1, requests: mib * REQUESTS, slower: 0, failing: 2 };
    let truth = one(folder, "log.jsonl", plan);
    fs::write(folder.join("truth.json"), as_json(truth).to_string()).unwrap();
    shuffle(folder);
    let requests = plan.requests / 4;
    one(folder, "before.jsonl", Plan { seed: 2, requests, ..plan });
    one(folder, "again.jsonl", Plan { seed: 3, requests, ..plan });
    one(folder, "slower.jsonl", Plan { seed: 4, requests, slower: 25, ..plan });
}

/// Makes `long.jsonl` of about so many MiB, and nothing else.
///
/// # Panics
///
/// If it cannot be written.
pub fn generate_long(folder: &Path, mib: u64) {
    fs::create_dir_all(folder).unwrap();
    let plan = Plan { seed: 6, requests: mib * REQUESTS, slower: 0, failing: 2 };
    one(folder, "long.jsonl", plan);
}

fn one(folder: &Path, name: &str, plan: Plan) -> Truth {
    let mut to = BufWriter::new(File::create(folder.join(name)).unwrap());
    let truth = write(plan, &mut to).unwrap();
    to.flush().unwrap();
    truth
}

/// Writes the log again, with the keys of each line in another order.
fn shuffle(folder: &Path) {
    let log = BufReader::new(File::open(folder.join("log.jsonl")).unwrap());
    let mut to = BufWriter::new(File::create(folder.join("shuffled.jsonl")).unwrap());
    let mut rng = fastrand::Rng::with_seed(5);
    for line in log.lines() {
        let line: Value = serde_json::from_str(&line.unwrap()).unwrap();
        let member = |(key, value): (&String, &Value)| format!("\"{key}\":{value}");
        let mut members: Vec<_> = line.as_object().unwrap().iter().map(member).collect();
        rng.shuffle(&mut members);
        writeln!(to, "{{{}}}", members.join(",")).unwrap();
    }
    to.flush().unwrap();
}

/// Returns the id on a line of the log.
///
/// # Panics
///
/// If there is no such line.
pub fn an_id(log: &Path, number: usize) -> String {
    let mut lines = BufReader::new(File::open(log).unwrap()).lines();
    let line: Value = serde_json::from_str(&lines.nth(number).unwrap().unwrap()).unwrap();
    line["trace_id"].as_str().unwrap().to_owned()
}

fn as_json(truth: Truth) -> Value {
    let of = |(name, mut ns): (&str, Vec<u64>)| {
        ns.sort_unstable();
        let percentile = |share: f64| ns[((share * ns.len() as f64).ceil() as usize).max(1) - 1];
        let row = json!({
            "calls": ns.len(),
            "total_ns": ns.iter().sum::<u64>(),
            "max_ns": ns.last(),
            "p50_ns": percentile(0.5),
            "p95_ns": percentile(0.95),
            "p99_ns": percentile(0.99),
        });
        (name.to_owned(), row)
    };
    json!({
        "lines": truth.lines,
        "events": truth.events,
        "errors": truth.errors,
        "steps": truth.steps.into_iter().map(of).collect::<serde_json::Map<_, _>>(),
        "routes": truth.routes.into_iter().map(of).collect::<serde_json::Map<_, _>>(),
    })
}

/// Compares what the viewer says of the log with the truth: counts, sums and
/// the longest are equal, percentiles within four thousandths.
///
/// # Panics
///
/// If they differ.
pub fn check(folder: &Path) {
    let truth = fs::read_to_string(folder.join("truth.json")).unwrap();
    let truth: Value = serde_json::from_str(&truth).unwrap();
    for (by, key) in [("step", "steps"), ("route", "routes")] {
        let rows = stats(folder, by);
        let expected = truth[key].as_object().unwrap();
        assert_eq!(rows.len(), expected.len(), "by {by}");
        for row in rows {
            let name = row[by].as_str().unwrap();
            // A route is shown with its method.
            let name = name.rsplit(' ').next().unwrap();
            same(name, &row, &expected[name]);
        }
    }
    println!("all counts, sums and percentiles are true");
}

fn stats(folder: &Path, by: &str) -> Vec<Value> {
    let program = std::env::var("TRACE").unwrap_or_else(|_| "../target/release/trace".to_owned());
    let mut command = Command::new(program);
    command.args(["stats", "--json", "--by", by]).arg(folder.join("log.jsonl"));
    let text = String::from_utf8(command.output().unwrap().stdout).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn same(name: &str, row: &Value, truth: &Value) {
    let ns = |key: &str| (row[key].as_f64().unwrap() * 1e6).round();
    assert_eq!(row["calls"], truth["calls"], "{name}");
    assert!((ns("max_ms") - truth["max_ns"].as_f64().unwrap()).abs() < 1.0, "{name}");
    let sum = truth["total_ns"].as_f64().unwrap();
    assert!((ns("total_ms") - sum).abs() <= sum * 1e-12 + 1.0, "{name}");
    for percentile in ["p50", "p95", "p99"] {
        let exact = truth[format!("{percentile}_ns")].as_f64().unwrap();
        let found = ns(&format!("{percentile}_ms"));
        assert!(
            (found - exact).abs() <= exact * 0.004,
            "{name} {percentile}: {found}, not {exact}"
        );
    }
}
