//! What is lost when a process ends: this and `tracing-appender`, side by
//! side.
//!
//! ```sh
//! cd benches/ends && cargo run --release
//! ```
//!
//! Each process logs numbered lines from four threads, keeps count of the
//! calls that have returned where its end leaves it, and then ends in some
//! way. What was acknowledged and is not there was lost; some of it may have
//! been dropped and counted before the end. `tracing-appender` is given its
//! guard to keep until `main` returns, as its documentation says.

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
