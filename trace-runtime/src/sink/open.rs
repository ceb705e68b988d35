//! Opening a file for appending, and claiming it.

use std::{
    fs::{File, OpenOptions},
    io,
    path::Path,
};

use super::claim::{Claim, is_at};

/// How a file is opened.
pub(super) type Open = fn(&Path) -> io::Result<File>;

/// How often a file is opened that is moved away each time.
const MOST_TRIES: u8 = 8;

/// Opens a file for appending, or makes it.
pub(super) fn made(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o640);
    options.open(path)
}

/// Opens a file for appending that is there.
pub(super) fn existing(path: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).open(path)
}

/// Opens a file and claims it: the one that is at the path when it is claimed.
pub(super) fn claimed(
    path: &Path,
    open: Open,
    claim: fn(&File) -> Claim,
) -> io::Result<(File, Claim)> {
    let mut file = open(path)?;
    for _ in 0..MOST_TRIES {
        let claim = claim(&file);
        // One that follows looks before each line.
        if claim == Claim::Follows || is_at(&file, path) {
            return Ok((file, claim));
        }
        file = open(path)?;
    }
    let claim = claim(&file);
    Ok((file, claim))
}
