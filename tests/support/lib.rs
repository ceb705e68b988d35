//! What the suites share: a capture that knows panics on purpose, lines
//! read strictly, a request and its steps, child processes, a terminal, Python
//! with a package, blocks of pages, seeded randomness, and waiting that ends.

pub mod child;
#[cfg(feature = "grpc")]
pub mod grpc;
pub mod json;
pub mod keys;
#[cfg(unix)]
mod ledger;
#[cfg(feature = "otlp")]
pub mod otlp;
pub mod pages;
mod panics;
mod python;
mod random;
mod scopes;
mod shown;
mod temporary;
#[cfg(unix)]
mod terminal;
mod wait;

use serde_json::Value;
use trace_runtime::testing::Capture;

#[cfg(unix)]
pub use self::{ledger::Ledger, terminal::run_in_terminal};
pub use self::{
    panics::{ON_PURPOSE, silence_panics_on_purpose},
    python::{python_with, succeeds},
    random::Random,
    scopes::{handler, load, parse},
    shown::{Shown, shown},
    temporary::TemporaryFile,
    wait::{LONG, at_once, in_time, wait_until},
};

/// Captures every line, without the noise of panics on purpose.
pub fn capture() -> Capture {
    silence_panics_on_purpose();
    Capture::new()
}

/// Captures the lines that pass a filter.
pub fn capture_at(filter: &str) -> Capture {
    silence_panics_on_purpose();
    Capture::with_filter(filter)
}

/// Returns the lines of a capture, each read with duplicate keys refused.
#[track_caller]
pub fn values(capture: &Capture) -> Vec<Value> {
    capture.lines().iter().map(|line| json::parse(line)).collect()
}

/// Returns the one line that there must be.
#[track_caller]
pub fn only(capture: &Capture) -> Value {
    let mut lines = values(capture);
    assert_eq!(lines.len(), 1, "not one line: {lines:#?}");
    lines.remove(0)
}

/// Returns the one closing line of that name.
#[track_caller]
pub fn closing(capture: &Capture, name: &str) -> Value {
    let mut lines: Vec<_> =
        values(capture).into_iter().filter(|line| line["name"] == name).collect();
    assert_eq!(lines.len(), 1, "not one closing line of `{name}`: {lines:#?}");
    lines.remove(0)
}
