//! Measures what logging costs a small axum service under load.
//!
//! ```sh
//! cd benches
//! cargo run --release -p service            # writes results/service.json
//! cargo run --release -p service -- short   # one round
//! cargo run --release -p service -- wide    # on all cores: half serve, half load
//! ```
//!
//! The same handler with two service functions is run without logging, with the
//! floor, with this project, and with `tracing` in its usual setup. All but the
//! first write four lines for each request to a file: in the background, and
//! this project directly, too. The server has one core for all of its threads,
//! and the load has another. The services take turns in rounds.

mod load;
mod process;
mod rounds;
mod servers;

use std::{env, time::Duration};

use crate::process::Cores;

fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [] => rounds::keep(&rounds::run(7, Duration::from_secs(4), false)),
        ["short"] => drop(rounds::run(1, Duration::from_secs(2), false)),
        ["wide"] => drop(rounds::run(4, Duration::from_secs(3), true)),
        ["serve", name, file, first, count] => {
            servers::serve(name, file, Cores::parse(first, count));
        }
        ["load", port, milliseconds, first, count] => {
            load::run(port, milliseconds, Cores::parse(first, count));
        }
        _ => panic!("not a command; see the head of main.rs"),
    }
}
