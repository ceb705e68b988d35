//! A file descriptor that is written to without a buffer in between.

use std::{
    fs::File,
    io::{self, Write as _},
    os::fd::{AsFd, OwnedFd},
};

use rustix::event::{PollFd, PollFlags, poll};

/// A descriptor of our own, written by one `write(2)` for each call.
#[derive(Debug)]
pub(super) struct Descriptor(File);

impl Descriptor {
    /// Duplicates a descriptor, lest whoever owns it closes it and a later
    /// file gets its number.
    pub(super) fn duplicate(of: impl AsFd) -> io::Result<Self> {
        of.as_fd().try_clone_to_owned().map(OwnedFd::into).map(Self)
    }

    /// Writes once; where the other end is not ready, waits until it is.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        loop {
            match self.0.write(bytes) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => self.wait()?,
                result => return result,
            }
        }
    }

    fn wait(&self) -> io::Result<()> {
        let mut ready = [PollFd::new(&self.0, PollFlags::OUT)];
        poll(&mut ready, None)?;
        Ok(())
    }
}

impl From<File> for Descriptor {
    fn from(file: File) -> Self {
        Self(file)
    }
}
