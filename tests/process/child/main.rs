//! The process that the suites in `process/` start: one scenario each time,
//! named by the first argument.

mod ends;
mod faults;
mod setup;
mod steps;
mod teardown;

use std::env;

fn main() {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let Some((scenario, rest)) = arguments.split_first() else {
        panic!("which scenario?");
    };
    let known = [setup::run, ends::run, faults::run, steps::run, teardown::run]
        .into_iter()
        .any(|run| run(scenario, rest));
    assert!(known, "there is no scenario `{scenario}`");
}
