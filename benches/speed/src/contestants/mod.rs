//! The contestants, with one file for each.

mod bridged;
mod by_hand;
mod fastrace;
mod floor;
mod logforth;
mod ours;
mod slog;
mod spdlog;
mod tracing;
mod wide_log;

use std::pin::Pin;

use crate::{sink::Destination, workloads::Workload};

/// A request that waits until it is dropped.
pub(crate) type Held = Pin<Box<dyn Future<Output = ()>>>;

/// A logger that is set up to write lines to a destination.
///
/// The content is the same for all: see `content`. With a `count`, that many
/// are written within one request, whose own line is one more.
pub(crate) trait Contestant: Sync {
    /// Writes events with two fields.
    fn events(&self, count: u32);
    /// Calls timed functions that do nothing.
    fn sync_steps(&self, count: u32);
    /// Calls timed async functions that do nothing.
    fn async_steps(&self, count: u32);
    /// Runs requests: one handler, three timed steps, two events, six lines
    /// each.
    fn requests(&self, count: u32);
    /// Writes events below the filter, outside any request.
    fn filtered_events(&self, count: u32);
    /// Calls async functions timed below the filter, outside any request.
    fn filtered_steps(&self, count: u32);
    /// Calls timed async functions inside each other, `depth` deep.
    fn nested(&self, depth: u32, count: u32);
    /// Writes events with 0, 1, 4, 8 or 16 fields.
    fn fields(&self, fields: u32, count: u32);
    /// Writes events with a message to be formatted.
    fn messages(&self, message: &str, count: u32);
    /// Returns a request that waits until it is dropped.
    fn held(&self) -> Held;
    /// Waits until all lines are written: `lines` since the start.
    fn settle(&self, lines: u64);
}

/// Sets up a contestant. Each process has one.
type Start = fn(&Destination) -> Box<dyn Contestant>;

const ALL: &[(&str, Start)] = &[
    ("floor std", floor::std),
    ("floor tsc", floor::tsc),
    ("floor tlbuf", floor::blocks),
    ("floor steps", floor::with_steps),
    ("ours", ours::start),
    ("fastrace", fastrace::start),
    ("spdlog-rs", spdlog::start),
    ("slog", slog::start),
    ("log + logforth", logforth::start),
    ("tracing", tracing::start),
    (WIDE, wide_log::start),
];

/// Writes one line for a request, which has all that the others write in six.
const WIDE: &str = "wide-log";

/// Contestants that are compared with tracing only.
const BRIDGED: &[(&str, Start)] = &[
    ("trace-tracing", bridged::start),
    ("trace-tracing, after a scoped subscriber", bridged::start_after_scoped),
];

/// Returns the function that sets up the contestant of this name.
pub(crate) fn start(name: &str) -> Option<Start> {
    ALL.iter().chain(BRIDGED).find(|(theirs, _)| *theirs == name).map(|(_, start)| *start)
}

/// Returns whether a contestant can write to a destination. fastrace never
/// writes on the caller's thread, and wide-log on another one to its standard
/// output only.
pub(crate) fn has(name: &str, destination: &str) -> bool {
    !matches!((name, destination), ("fastrace", "direct") | (WIDE, "background"))
}

/// Returns whether a contestant has a workload. wide-log has only requests.
pub(crate) fn can(name: &str, workload: &Workload) -> bool {
    name != WIDE || matches!(workload.family, "request" | "threads" | "working")
}

/// Returns how many lines a contestant writes in a batch.
pub(crate) fn lines(name: &str, workload: &Workload) -> u64 {
    if name == WIDE { workload.all_calls().into() } else { workload.all_lines() }
}

/// Returns the names of the contestants behind `tracing`'s macros.
pub(crate) fn bridged() -> impl Iterator<Item = &'static str> {
    BRIDGED.iter().map(|(name, _)| *name)
}

/// Returns the names of all contestants.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|(name, _)| *name)
}
