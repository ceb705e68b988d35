//! The rows of the table: for each fault, what is done and what must be so.

mod ends;
mod readers;
mod sinks;
mod stalls;
mod volume;

pub use self::{
    ends::{ends, hard_ends, very_end},
    readers::{no_reader, non_blocking},
    sinks::failing_sinks,
    stalls::{flood, slow_readers},
    volume::{blocking, several},
};

const BOTH: [&str; 2] = ["direct", "background"];

/// The shortest line that these rows write.
const SHORTEST: u64 = 110;

/// Rows that stand elsewhere, or nowhere.
pub const NOT_HERE: &str = "\
F9, F10, F18-F20: it/hostile, it/line, it/roundtrip (the line is the same in both modes)
F11: process/faults, it/panics    F14-F17: it/isolation, it/cancellation, it/panics
F22: unit tests of `clock` and `json::time`; stepping this machine's clock needs root and harms others
F28: process/setup";
