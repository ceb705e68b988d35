//! The rows of the table: for each fault, what is done and what must be so.

mod ends;
mod files;
mod harms;
mod readers;
mod sinks;
mod stalls;
mod volume;

pub use self::{
    ends::{ends, hard_ends, very_end},
    files::{rotation, sharing},
    harms::{hooks, setting_up, sizes, values},
    readers::{no_reader, non_blocking},
    sinks::failing_sinks,
    stalls::{flood, slow_readers},
    volume::{blocking, full_speed, looks, several},
};

const BOTH: [&str; 2] = ["direct", "background"];

/// Background mode with one lane, as on two processors, and with eight.
const QUEUED: [&str; 2] = ["background", "lanes"];

/// These, and direct mode on two processors and on more.
const ALL: [&str; 4] = ["direct", "groups", "background", "lanes"];

/// The shortest line that these rows write.
const SHORTEST: u64 = 110;

/// Rows that are proved elsewhere, or not at all.
pub const NOT_HERE: &str = "\
F14-F17: it/isolation, it/cancellation, it/panics    F18-F20: it/line, it/naughty, it/roundtrip
F22: skipped, for to step this machine's clock needs root and harms others; unit tests of `clock` and `json::time`";
