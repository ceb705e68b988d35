//! A file descriptor that is written to without a buffer in between.

use std::{
    fs::File,
    io::{self, Write as _},
    os::fd::{AsFd, OwnedFd},
    path::Path,
    time::Duration,
};

use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    io::Errno,
};

use super::claim::{Claim, is_at};

/// How much a pipe takes as a whole: Linux's `PIPE_BUF`. Where it is less, the
/// lines of several processes may tear sooner.
const PIPE_BUF: usize = 4_096;

/// How much is written to a file at once: more saves nothing.
const TOGETHER: usize = 512 * 1024;

/// A descriptor of our own, written by one `write(2)` for each call.
#[derive(Debug)]
pub(super) struct Descriptor {
    file: File,
    /// A file never makes its writer wait for a reader.
    may_wait: bool,
}

impl Descriptor {
    /// Duplicates a descriptor, lest its owner closes it and a later file gets
    /// its number.
    pub(super) fn duplicate(of: impl AsFd) -> io::Result<Self> {
        of.as_fd().try_clone_to_owned().map(|own: OwnedFd| File::from(own).into())
    }

    /// Writes once; where the other end is not ready, waits until it is.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            match self.file.write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.wait()?,
                result => return result,
            }
        }
    }

    /// Waits until as much can be written as a pipe takes as a whole: other
    /// processes may write to it, too.
    pub(super) fn room(&self, timeout: Duration) -> usize {
        let timeout = Timespec::try_from(timeout).ok();
        if !self.may_wait {
            return usize::MAX;
        }
        let mut ready = [PollFd::new(&self.file, PollFlags::OUT)];
        match poll(&mut ready, timeout.as_ref()) {
            Ok(0) | Err(Errno::INTR) => 0,
            // If there is something wrong, writing says what.
            Ok(_) | Err(_) => PIPE_BUF,
        }
    }

    /// Returns how many bytes one call may write: to a file many, to anything
    /// else as much as a pipe takes as a whole.
    pub(super) fn most_together(&self) -> usize {
        if self.may_wait { PIPE_BUF } else { TOGETHER }
    }

    /// Returns how large the file is.
    pub(super) fn size(&self) -> u64 {
        self.file.metadata().map_or(0, |metadata| metadata.len())
    }

    /// Claims the file.
    pub(super) fn claim(&self, claim: fn(&File) -> Claim) -> Claim {
        claim(&self.file)
    }

    /// Returns whether the file at a path is this one.
    pub(super) fn is_at(&self, path: &Path) -> bool {
        is_at(&self.file, path)
    }

    fn wait(&self) -> io::Result<()> {
        let mut ready = [PollFd::new(&self.file, PollFlags::OUT)];
        poll(&mut ready, None)?;
        Ok(())
    }
}

impl From<File> for Descriptor {
    fn from(file: File) -> Self {
        let may_wait = !file.metadata().is_ok_and(|metadata| metadata.is_file());
        Self { file, may_wait }
    }
}
