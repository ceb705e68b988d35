//! Measures what a span costs that is exported: this project and
//! `tracing-opentelemetry`, side by side.
//!
//! ```sh
//! cd benches
//! cargo run --release -p observers            # writes results/observers.json
//! cargo run --release -p observers -- load 60 # memory under load, for 3 × 60 s
//! ```
//!
//! A contestant is a process that makes spans on one thread, a thousand at a
//! time, and then waits until they are delivered. `caller_ns` is the processor
//! time of that thread for one span, the best batch of the best round;
//! `all_ns` that of all threads, with the delivery. Ours delivers to a receiver
//! in another process; the exporter of the other one does nothing.

mod clock;
mod load;
mod ours;
mod receiver;
mod rounds;
mod theirs;

use std::env;

use report::machine;

/// The crates whose versions are recorded.
const PEERS: &[&str] = &["opentelemetry_sdk", "tracing-opentelemetry", "ureq"];

fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [] => {
            let rows = rounds::measure(9);
            report::write("observers", &machine::facts(PEERS), &rows);
        }
        ["load", seconds] => load::measure(seconds),
        ["under_load", url, seconds] => load::run(url, seconds.parse().expect("a number")),
        ["short"] => drop(rounds::measure(3)),
        ["contestant", name, workload, url] => run(name, workload, url),
        _ => panic!("not a command; see the head of main.rs"),
    }
}

/// Measures one contestant, in this process.
fn run(name: &str, workload: &str, url: &str) {
    let sample = match name.strip_prefix("ours") {
        Some(kind) => ours::measure(kind.trim(), workload, url),
        None => theirs::measure(name, workload),
    };
    println!("{} {} {}", sample.caller_ns, sample.all_ns, sample.lost);
}
