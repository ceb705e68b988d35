//! Puts the services under load in turns, round by round.

use std::{
    collections::HashMap,
    env,
    fs::{self, File},
    io::{BufRead as _, BufReader, Read as _},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use report::{
    machine,
    numbers::{median, rounded, spread},
};
use serde_json::{Value, json};

use crate::servers;

/// The measurements of each service, round by round.
type Samples = HashMap<&'static str, Vec<Value>>;

/// Runs `rounds` rounds of this length each, prints a table, and returns its
/// rows.
pub(crate) fn run(rounds: usize, lasts: Duration) -> Vec<Value> {
    let mut samples = Samples::new();
    for round in 1..=rounds {
        for (name, lines) in servers::names() {
            eprintln!("round {round} of {rounds}: {name}");
            samples.entry(name).or_default().push(one(name, lines, lasts));
        }
    }
    let rows: Vec<Value> = servers::names().map(|(name, _)| row(name, &samples)).collect();
    print(&rows);
    rows
}

/// Keeps the rows as the results.
pub(crate) fn keep(rows: &[Value]) {
    let crates = ["axum", "tower-http", "tracing-appender", "tracing-subscriber"];
    report::write("service", &machine::facts(&crates), rows);
}

/// Puts one service under load once.
fn one(name: &str, lines: u64, lasts: Duration) -> Value {
    let file = env::temp_dir().join(format!("service-{}.jsonl", std::process::id()));
    let mut server = start(&["serve", name, &file.display().to_string()]);
    let mut answers = BufReader::new(server.stdout.take().expect("it is piped"));
    let mut port = String::new();
    answers.read_line(&mut port).expect("it says its port");
    let load = start(&["load", port.trim(), &lasts.as_millis().to_string()]);
    let load = json(&load.wait_with_output().expect("it ends").stdout);
    drop(server.stdin.take());
    let mut used = Vec::new();
    answers.read_to_end(&mut used).expect("it says what it used");
    assert!(server.wait().expect("it ends").success(), "{name}");
    let lost = number(&load, "requests") * lines as f64 - count_lines(&file) as f64;
    sample(&load, &json(&used), lost)
}

fn start(arguments: &[&str]) -> Child {
    Command::new(env::current_exe().expect("this program"))
        .args(arguments)
        .env_remove("RUST_LOG")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("this program starts")
}

fn sample(load: &Value, used: &Value, lost: f64) -> Value {
    let mut sample = load.clone();
    sample["cpu_us"] = json!(number(used, "cpu_us") / number(load, "requests"));
    sample["peak_mib"] = used["peak_mib"].clone();
    sample["lost"] = json!(lost);
    sample
}

fn json(text: &[u8]) -> Value {
    serde_json::from_slice(text).expect("JSON")
}

/// Counts the lines of the file and removes it.
fn count_lines(path: &Path) -> u64 {
    let Ok(file) = File::open(path) else { return 0 };
    let lines = BufReader::with_capacity(1 << 20, file).split(b'\n').count() as u64;
    fs::remove_file(path).expect("it is there");
    lines
}

fn row(name: &str, samples: &Samples) -> Value {
    let of = |name: &str, key: &str| -> Vec<f64> {
        samples[name].iter().map(|sample| number(sample, key)).collect()
    };
    let added = |name: &str| -> Vec<f64> {
        let pairs = of(name, "cpu_us").into_iter().zip(of("bare", "cpu_us"));
        pairs.map(|(this, bare)| this - bare).collect()
    };
    let added_to = |other: &str| {
        let pairs = added(name).into_iter().zip(added(other));
        rounded(median(pairs.map(|(this, other)| this / other).collect()))
    };
    let best = best(&samples[name]);
    let is_bare = name == "bare";
    json!({
        "contestant": name,
        "requests_per_second": number(best, "requests_per_second").round(),
        "spread": rounded(spread(of(name, "requests_per_second"))),
        "p50_us": rounded(number(best, "p50_us")),
        "p99_us": rounded(number(best, "p99_us")),
        "cpu_us": rounded(median(of(name, "cpu_us"))),
        "added_us": (!is_bare).then(|| rounded(median(added(name)))),
        "added_to_floor": (!is_bare).then(|| added_to("floor std")),
        "added_to_tracing": (!is_bare).then(|| added_to("tracing")),
        "peak_mib": rounded(median(of(name, "peak_mib"))),
        "requests": of(name, "requests").iter().sum::<f64>(),
        "lost": of(name, "lost").iter().sum::<f64>(),
    })
}

/// Returns the sample of the least disturbed round: the one with the most
/// requests. The processor time of a request is taken from all rounds.
fn best(samples: &[Value]) -> &Value {
    let rate = |sample: &&Value| number(sample, "requests_per_second");
    let best = samples.iter().max_by(|a, b| rate(a).total_cmp(&rate(b)));
    best.expect("one round at least")
}

fn number(value: &Value, key: &str) -> f64 {
    value[key].as_f64().unwrap_or_default()
}

fn print(rows: &[Value]) {
    println!(
        "{:<22} {:>10} {:>7} {:>8} {:>8} {:>8} {:>9} {:>9} {:>10} {:>9} {:>6}",
        "",
        "requests/s",
        "spread",
        "p50 µs",
        "p99 µs",
        "CPU µs",
        "added µs",
        "to floor",
        "to tracing",
        "peak MiB",
        "lost"
    );
    for row in rows {
        println!(
            "{:<22} {:>10} {:>5.0} % {:>8.0} {:>8.0} {:>8.2} {:>9.2} {:>8.2}× {:>9.2}× {:>9.1} {:>6}",
            row["contestant"].as_str().unwrap_or_default(),
            number(row, "requests_per_second"),
            number(row, "spread") * 100.0,
            number(row, "p50_us"),
            number(row, "p99_us"),
            number(row, "cpu_us"),
            number(row, "added_us"),
            number(row, "added_to_floor"),
            number(row, "added_to_tracing"),
            number(row, "peak_mib"),
            number(row, "lost"),
        );
    }
}
