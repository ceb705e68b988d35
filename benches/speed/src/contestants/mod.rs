//! Those who are compared, a file each.

mod by_hand;
mod fastrace;
mod floor;
mod logforth;
mod ours;
mod slog;
mod spdlog;
mod tracing;

use std::pin::Pin;

use crate::sink::Destination;

/// A request that waits until it is dropped.
pub(crate) type Held = Pin<Box<dyn Future<Output = ()>>>;

/// Somebody who writes lines, set up to write them somewhere.
///
/// The content is the same for all: see `content`. Where there is a `count`,
/// so many are written within one request, whose own line is one more.
pub(crate) trait Contestant: Sync {
    /// Events with two fields.
    fn events(&self, count: u32);
    /// Functions that are timed, and do nothing.
    fn sync_steps(&self, count: u32);
    /// Async functions that are timed, and do nothing.
    fn async_steps(&self, count: u32);
    /// Requests: one handler, three timed steps, two events; six lines each.
    fn requests(&self, count: u32);
    /// Events below the filter, outside any request.
    fn filtered_events(&self, count: u32);
    /// Async functions timed below the filter, outside any request.
    fn filtered_steps(&self, count: u32);
    /// Async functions timed within each other, so many deep.
    fn nested(&self, depth: u32, count: u32);
    /// Events with 0, 1, 4, 8 or 16 fields.
    fn fields(&self, fields: u32, count: u32);
    /// Events with a message that is formatted.
    fn messages(&self, message: &str, count: u32);
    /// Returns a request that waits until it is dropped.
    fn held(&self) -> Held;
    /// Waits until all lines are written, `lines` since the start.
    fn settle(&self, lines: u64);
}

/// Sets a contestant up: the one its process is for.
type Start = fn(&Destination) -> Box<dyn Contestant>;

const ALL: &[(&str, Start)] = &[
    ("floor std", floor::std),
    ("floor tsc", floor::tsc),
    ("floor tlbuf", floor::blocks),
    ("ours", ours::start),
    ("fastrace", fastrace::start),
    ("spdlog-rs", spdlog::start),
    ("slog", slog::start),
    ("log + logforth", logforth::start),
    ("tracing", tracing::start),
];

/// Returns what sets the contestant of this name up.
pub(crate) fn start(name: &str) -> Option<Start> {
    ALL.iter().find(|(theirs, _)| *theirs == name).map(|(_, start)| *start)
}

/// Returns whether a contestant can write there: fastrace never writes on the
/// caller's thread.
pub(crate) fn has(name: &str, destination: &str) -> bool {
    !(name == "fastrace" && destination == "direct")
}

/// Returns the names of all.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    ALL.iter().map(|(name, _)| *name)
}
