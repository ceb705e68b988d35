//! A handle that is written to without a buffer in between.

#[cfg(windows)]
use std::os::windows::io::{AsHandle, OwnedHandle};
use std::{
    fs::File,
    io::{self, Write as _},
    path::Path,
    time::Duration,
};

use super::claim::{Claim, is_at};

/// A handle of our own, written by one system call for each call.
#[derive(Debug)]
pub(super) struct Descriptor(File);

impl Descriptor {
    /// Duplicates a handle, so that its owner may close it.
    #[cfg(windows)]
    pub(super) fn duplicate(of: impl AsHandle) -> io::Result<Self> {
        of.as_handle().try_clone_to_owned().map(OwnedHandle::into).map(Self)
    }

    /// Elsewhere, such as in WebAssembly, no handle can be duplicated: lines go to
    /// a file or to a sink of the user's.
    #[cfg(not(windows))]
    pub(super) fn duplicate(_: impl io::Write) -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Writes once.
    pub(super) fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    /// How much a pipe takes without waiting is not known here.
    pub(super) fn room(&self, _: Duration) -> usize {
        usize::MAX
    }

    /// What it is a handle of is not known here, so each line is written by itself.
    pub(super) fn most_together(&self) -> usize {
        0
    }

    /// Returns how large the file is.
    pub(super) fn size(&self) -> u64 {
        self.0.metadata().map_or(0, |metadata| metadata.len())
    }

    /// Claims the file.
    pub(super) fn claim(&self, claim: fn(&File) -> Claim) -> Claim {
        claim(&self.0)
    }

    /// Returns whether the file at a path is this one.
    pub(super) fn is_at(&self, path: &Path) -> bool {
        is_at(&self.0, path)
    }
}

impl From<File> for Descriptor {
    fn from(file: File) -> Self {
        Self(file)
    }
}
