//! Which process may move a file away, where several write to it.
//!
//! `flock(2)` says it, and costs a line nothing. A process that has the file
//! *alone* may move it away. One that *shares* it relies on its staying where
//! it is. One that can have neither *follows*: it looks before each line whether
//! the file at the path is still its own.

use std::{fs::File, path::Path};

#[cfg(unix)]
use rustix::{
    fs::{FlockOperation, flock},
    io::Errno,
};

/// How a process has a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    Alone,
    Shared,
    Follows,
}

impl Claim {
    /// Claims a file for oneself, to move it away.
    pub(super) fn alone(file: &File) -> Self {
        if is_granted(file, Lock::Exclusive) { Self::Alone } else { Self::Follows }
    }

    /// Claims a file that must not be moved away.
    pub(super) fn shared(file: &File) -> Self {
        if is_granted(file, Lock::Shared) { Self::Shared } else { Self::Follows }
    }

    /// Gives a claim back, so that there can be another one.
    #[cfg(unix)]
    pub(super) fn give_back(file: &File) -> Self {
        // It fails where there are no locks.
        let _ = flock(file, FlockOperation::NonBlockingUnlock);
        Self::Follows
    }

    #[cfg(not(unix))]
    pub(super) fn give_back(_: &File) -> Self {
        Self::Follows
    }
}

#[derive(Clone, Copy)]
enum Lock {
    Exclusive,
    Shared,
}

/// Where there are no locks, each process goes its own way, as if alone. So it
/// does on Windows, where no process can write to a file that is locked.
#[cfg(unix)]
fn is_granted(file: &File, lock: Lock) -> bool {
    let operation = match lock {
        Lock::Exclusive => FlockOperation::NonBlockingLockExclusive,
        Lock::Shared => FlockOperation::NonBlockingLockShared,
    };
    flock(file, operation) != Err(Errno::WOULDBLOCK)
}

#[cfg(not(unix))]
fn is_granted(_: &File, _: Lock) -> bool {
    true
}

/// Returns whether the file at a path is this one.
#[cfg(unix)]
pub(super) fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let (Ok(ours), Ok(theirs)) = (file.metadata(), path.metadata()) else { return false };
    (ours.dev(), ours.ino()) == (theirs.dev(), theirs.ino())
}

#[cfg(not(unix))]
pub(super) fn is_at(_: &File, _: &Path) -> bool {
    true
}
