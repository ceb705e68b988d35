//! Measures what it costs to hold the detail of a request: six lines that are
//! written at once, kept, or discarded, and `wide-log`, whose requests have one
//! line.
//!
//! ```sh
//! cd benches
//! cargo run --release -p detail          # writes results/detail.json
//! cargo run --release -p detail -- short # prints a table of fewer rounds
//! ```
//!
//! A contestant is a process that makes requests on one thread, a hundred at a
//! time. `request_ns` is the processor time of that thread for one request, the
//! best batch of the best round. `to` is where lines go: nowhere, or by
//! `write(2)` to a file.

mod clock;
mod ours;
mod rounds;
mod wide_log;

use std::env;

use report::machine;

/// The crates whose versions are recorded.
const PEERS: &[&str] = &["wide-log"];

fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [] => report::write("detail", &machine::facts(PEERS), &rounds::measure(15)),
        ["short"] => drop(rounds::measure(7)),
        ["contestant", name, to] => println!("{}", run(name, to)),
        _ => panic!("not a command; see the head of main.rs"),
    }
}

/// Measures one contestant, in this process.
fn run(name: &str, to: &str) -> f64 {
    match name {
        "wide-log" => wide_log::measure(to),
        _ => ours::measure(name, to),
    }
}
