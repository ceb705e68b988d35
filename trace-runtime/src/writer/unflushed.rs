//! What a flush that took too long leaves.

use std::{error::Error, fmt};

/// Some lines were not written in time. They still wait to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unflushed {
    /// How many.
    pub lines: u64,
}

impl fmt::Display for Unflushed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} lines were not written in time", self.lines)
    }
}

impl Error for Unflushed {}
