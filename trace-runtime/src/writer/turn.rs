//! Whether a thread waits for its turn on a processor.
//!
//! On a busy machine a thread that does not get on may be none the worse: it
//! has no turn. Linux says so in `/proc`; elsewhere, and where there is no
//! `/proc`, it is assumed that it has one.

use std::{fs, path::PathBuf};

/// Where the kernel says what a thread does.
#[derive(Debug)]
pub(super) struct Turn(PathBuf);

impl Turn {
    pub(super) fn of_this_thread() -> Option<Self> {
        let thread = fs::canonicalize("/proc/thread-self").ok()?;
        Some(Self(thread.join("stat")))
    }

    /// Returns whether the thread could run, and perhaps does, but is not
    /// asleep in a call of the system.
    pub(super) fn is_awaited(&self) -> bool {
        // `1234 (trace-writer) R …`
        let stat = fs::read(&self.0).unwrap_or_default();
        let state = stat.rsplit(|byte| *byte == b')').next();
        state.is_some_and(|state| state.starts_with(b" R"))
    }
}
