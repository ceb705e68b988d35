//! Compares how many lines this project and `tracing-appender` lose when a
//! process ends.
//!
//! ```sh
//! cd benches/ends && cargo run --release
//! ```
//!
//! Each process logs numbered lines from four threads. It counts the calls that
//! have returned in a file that survives the process, and then ends in some
//! way. A line that was acknowledged and is not in the output was lost; some
//! lost lines were dropped and counted before the end. The guard of
//! `tracing-appender` is kept until `main` returns, as its documentation
//! requires.

mod child;
mod contestant;
mod run;
mod table;

use std::env;

fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match &arguments[..] {
        [] => table::print(),
        [contestant, end, lines] => child::run(contestant, end, lines.parse().unwrap()),
        _ => panic!("none, or: contestant, end, lines of each thread"),
    }
}
