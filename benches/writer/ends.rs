//! How many lines are lost when a process ends: this and `tracing-appender`,
//! side by side.
//!
//! ```sh
//! cd benches/writer && cargo run --release --bin ends
//! ```
//!
//! Each process logs from some threads to a file and then ends in some way;
//! what is not in the file was lost. `tracing-appender` is given its guard to
//! keep until `main` returns, as its documentation says.

use std::{
    env, fs,
    fs::File,
    path::PathBuf,
    process::{self, Command, Stdio},
    thread,
};

const RUNS: u64 = 5;
const ENDS: [&str; 5] = ["return", "exit", "exit of a thread", "panic in main", "abort"];
const PEERS: [&str; 4] =
    ["trace, direct", "trace, background", "tracing-appender", "tracing-appender, lossy(false)"];

fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match &arguments[..] {
        [peer, how, threads, lines, path] => {
            child(peer, how, threads.parse().unwrap(), lines.parse().unwrap(), path);
        }
        _ => compare(),
    }
}

/// Prints one row for each end: the share of lines that each peer lost.
fn compare() {
    println!("| end | threads × lines | {} |", PEERS.join(" | "));
    println!("|---|---|{}", "---:|".repeat(PEERS.len()));
    for how in ENDS {
        for (threads, lines) in [(1, 10), (4, 10), (1, 100_000), (4, 100_000)] {
            let lost = PEERS.map(|peer| lost(peer, how, threads, lines));
            println!("| {how} | {threads} × {lines} | {} |", lost.join(" | "));
        }
    }
}

fn lost(peer: &str, how: &str, threads: u64, lines: u64) -> String {
    let there: u64 = (0..RUNS).map(|run| run_once(peer, how, threads, lines, run)).sum();
    let all = RUNS * threads * lines;
    match all - there {
        0 => "0".to_owned(),
        lost => format!("{lost} of {all} ({:.1} %)", 100.0 * lost as f64 / all as f64),
    }
}

/// Runs a child, and returns how many of its lines are whole in the file.
fn run_once(peer: &str, how: &str, threads: u64, lines: u64, run: u64) -> u64 {
    let path = path(run);
    let (threads, lines) = (threads.to_string(), lines.to_string());
    Command::new(env::current_exe().unwrap())
        .args([peer, how, &threads, &lines, path.to_str().unwrap()])
        .env_remove("RUST_LOG")
        .stderr(Stdio::null())
        .status()
        .unwrap();
    let text = fs::read_to_string(&path).unwrap_or_default();
    let _ = fs::remove_file(path);
    let is_ours = |line: &&str| line.contains("\"n\":") && line.ends_with('}');
    text.lines().filter(is_ours).count() as u64
}

fn path(run: u64) -> PathBuf {
    env::temp_dir().join(format!("ends-{}-{run}.jsonl", process::id()))
}

fn child(peer: &str, how: &str, threads: u64, lines: u64, path: &str) {
    if peer.starts_with("trace, ") {
        let builder = trace_runtime::builder().file(path);
        let builder = match peer {
            "trace, direct" => builder,
            _ => builder.background(trace_runtime::Background::new()),
        };
        builder.init().unwrap();
        log(threads, |thread| {
            for n in 0..lines {
                trace_runtime::info!(thread, n, "line");
            }
        });
        end(how);
    } else {
        let file = File::options().append(true).create(true).open(path).unwrap();
        let is_lossy = peer == "tracing-appender";
        let (writer, _guard) = tracing_appender::non_blocking::NonBlockingBuilder::default()
            .lossy(is_lossy)
            .finish(file);
        tracing_subscriber::fmt().json().with_writer(writer).init();
        log(threads, |thread| {
            for n in 0..lines {
                tracing::info!(thread, n, "line");
            }
        });
        end(how);
    }
}

fn log(threads: u64, lines: impl Fn(u64) + Sync) {
    thread::scope(|scope| {
        for thread in 0..threads {
            let lines = &lines;
            scope.spawn(move || lines(thread));
        }
    });
}

fn end(how: &str) {
    match how {
        "return" => {}
        "exit" => process::exit(0),
        "exit of a thread" => drop(thread::spawn(|| process::exit(0)).join()),
        "panic in main" => panic!("on purpose"),
        _ => process::abort(),
    }
}
