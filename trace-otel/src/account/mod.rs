//! What became of the items that were offered, and the lines about it.

mod report;
mod stats;

pub(crate) use self::report::{Report, Reported, rest, start, unused};
pub use self::stats::{SignalStats, Stats};
