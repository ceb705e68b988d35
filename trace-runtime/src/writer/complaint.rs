//! A word on standard error when the sink fails: the log itself is not the
//! place to say that there is no log.
//!
//! At most one line a second, written at once or not at all: never through
//! `std`'s `Stderr`, whose lock another thread may hold while it waits for us, and
//! never where it would block.

use std::{
    fmt,
    sync::Mutex,
    time::{Duration, Instant},
};

const EVERY: Duration = Duration::from_secs(1);

/// When it was last complained: there is one standard error.
static LAST: Mutex<Option<Instant>> = Mutex::new(None);

/// Complains, unless that was done within the last second.
pub(super) fn complain(what: impl fmt::Display) {
    // Locked: another thread complains already.
    let Ok(mut last) = LAST.try_lock() else { return };
    let now = Instant::now();
    if last.is_none_or(|last| now.saturating_duration_since(last) >= EVERY) {
        *last = Some(now);
        complain_at_last(what);
    }
}

/// Complains in any case: there will be no other time.
pub(crate) fn complain_at_last(what: impl fmt::Display) {
    write(format!("trace: {what}\n").as_bytes());
}

#[cfg(unix)]
fn write(line: &[u8]) {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let stderr = std::io::stderr();
    let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
    let mut ready = [PollFd::new(&stderr, PollFlags::OUT)];
    if matches!(poll(&mut ready, Some(&at_once)), Ok(1)) {
        // There is no place to say that it failed.
        let _ = rustix::io::write(&stderr, line);
    }
}

#[cfg(not(unix))]
fn write(line: &[u8]) {
    let _ = std::io::Write::write(&mut std::io::stderr(), line);
}
