//! Measures what logging costs a small axum service under load.
//!
//! ```sh
//! cd benches
//! cargo run --release -p service            # writes results/service.json
//! cargo run --release -p service -- short   # one round
//! ```
//!
//! The same handler with two service functions is run in four ways: without
//! logging, with the floor, with this project, and with `tracing` in its usual
//! setup. The last three write four lines for each request, in the background,
//! to a file. The server has one core for all of its threads, and the load has
//! another. The services take turns in rounds.

mod load;
mod process;
mod rounds;
mod servers;

use std::{env, time::Duration};

fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        [] => rounds::keep(&rounds::run(7, Duration::from_secs(4))),
        ["short"] => drop(rounds::run(1, Duration::from_secs(2))),
        ["serve", name, file] => servers::serve(name, file),
        ["load", port, milliseconds] => load::run(port, milliseconds),
        _ => panic!("not a command; see the head of main.rs"),
    }
}
