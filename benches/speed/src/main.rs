//! Measures what a line costs: the floor, this project and the peers, side by
//! side.
//!
//! ```sh
//! cd benches
//! cargo run --release -p speed            # everything; writes results/speed.json
//! cargo run --release -p speed -- short   # the main workloads, the fastest peers
//! cargo run --release -p speed -- threads # 1 to 16 threads, and the number of cores
//! cargo run --release -p speed -- bridges # tracing's macros with trace-tracing
//! cargo run --release -p speed -- lines   # prints the lines of each contestant
//! cargo run --release -p speed -- builds ../other/target/release/speed target/release/speed
//! ```
//!
//! The last one plays builds of this project against each other, which settles
//! differences of 2 % in a quarter of a minute.

mod allocator;
mod builds;
mod child;
mod content;
mod contestants;
mod plan;
mod player;
mod rounds;
mod sink;
mod table;
mod verify;
mod workloads;

use std::{env, fs, path::PathBuf, process};

use report::machine;
use serde_json::Value;

use crate::{plan::Plan, player::Player, sink::Destination};

fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [] => report::write("speed", &machine::facts(PEERS), &measure(&Plan::full())),
        ["short"] => drop(measure(&Plan::short())),
        ["threads"] => drop(measure(&Plan::threads())),
        ["bridges"] => drop(measure(&Plan::bridges())),
        ["lines"] => lines(),
        ["builds", ref programs @ ..] => builds::run(programs),
        ["contestant", name, destination, path] => child::run(name, &parse(destination, path)),
        _ => panic!("not a command; see the head of main.rs"),
    }
}

fn parse(destination: &str, path: &str) -> Destination {
    match destination {
        "null" => Destination::Null,
        "direct" => Destination::Direct(PathBuf::from(path)),
        _ => Destination::Background(PathBuf::from(path)),
    }
}

/// The crates whose versions are recorded.
const PEERS: &[&str] = &[
    "fastrace",
    "logforth",
    "slog-json",
    "spdlog-rs",
    "tracing-appender",
    "tracing-subscriber",
    "wide-log",
];

fn measure(plan: &Plan) -> Vec<Value> {
    println!("{}", machine::head());
    let folder = env::temp_dir().join(format!("speed-{}", process::id()));
    fs::create_dir_all(&folder).expect("a temporary folder");
    let rows = rounds::run(plan, &folder);
    let _ = fs::remove_dir_all(folder);
    table::print(&rows);
    rows
}

/// Prints the lines of one request, for each contestant.
fn lines() {
    let request = workloads::find("request").expect("a main one");
    for name in contestants::names() {
        let text = Player::start(name, "null", &env::temp_dir()).show(&request);
        println!("{name}");
        text.lines().take(6).for_each(|line| println!("{line}"));
    }
}
