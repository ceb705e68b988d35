//! A word on standard error when the sink fails: the log itself is not the
//! place to say that there is no log.
//!
//! At most one line a second, written at once or not at all: never through
//! `std`'s `Stderr`, whose lock somebody may hold while waiting for us, and
//! never where it would block.

use std::{
    fmt,
    time::{Duration, Instant},
};

const EVERY: Duration = Duration::from_secs(1);

/// When it was last complained.
#[derive(Debug, Default)]
pub(super) struct Complaints {
    last: Option<Instant>,
}

impl Complaints {
    /// Complains, unless that was done within the last second.
    pub(super) fn complain(&mut self, what: impl fmt::Display) {
        let now = Instant::now();
        if self.last.is_none_or(|last| now.saturating_duration_since(last) >= EVERY) {
            self.last = Some(now);
            write(format!("trace: {what}\n").as_bytes());
        }
    }
}

#[cfg(unix)]
fn write(line: &[u8]) {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let stderr = std::io::stderr();
    let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
    let mut ready = [PollFd::new(&stderr, PollFlags::OUT)];
    if matches!(poll(&mut ready, Some(&at_once)), Ok(1)) {
        // Whom to tell that it failed?
        let _ = rustix::io::write(&stderr, line);
    }
}

#[cfg(not(unix))]
fn write(line: &[u8]) {
    let _ = std::io::Write::write(&mut std::io::stderr(), line);
}
