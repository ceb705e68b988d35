//! What a flush that took too long leaves.

use std::{error::Error, fmt};

/// Some lines were not written in time, or some observers have not delivered all
/// that they had. It still waits to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Unflushed {
    /// How many lines.
    pub lines: u64,
    /// How many observers.
    pub observers: usize,
}

impl fmt::Display for Unflushed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.lines, self.observers) {
            (lines, 0) => write!(f, "{lines} lines were not written in time"),
            (0, observers) => write!(f, "{observers} observers have not delivered in time"),
            (lines, observers) => write!(
                f,
                "{lines} lines were not written and {observers} observers have not delivered \
                 in time"
            ),
        }
    }
}

impl Error for Unflushed {}
