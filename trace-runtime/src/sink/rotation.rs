//! When a file is too large, and how it makes room for a new one.

use std::{
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::file::open;

/// How long to go on with the old file when there can be no new one.
const AGAIN: Duration = Duration::from_secs(1);

/// How large a file may become, and how large it is.
#[derive(Debug)]
pub(super) struct Rotation {
    most: u64,
    old_files: u32,
    size: u64,
    not_before: Option<Instant>,
}

impl Rotation {
    pub(super) fn new(most: u64, old_files: u32, size: u64) -> Self {
        Self { most, old_files: old_files.max(1), size, not_before: None }
    }

    /// Notes that bytes were written.
    pub(super) fn grow(&mut self, bytes: usize) {
        self.size = self.size.saturating_add(bytes as u64);
    }

    /// Notes that there is another file, of this size.
    pub(super) fn begin(&mut self, size: u64) {
        self.size = size;
    }

    /// Returns a new file, if there has to be one before so many bytes.
    pub(super) fn rotate(&mut self, path: &Path, bytes: usize) -> Option<fs::File> {
        let is_due = self.size > 0 && self.size.saturating_add(bytes as u64) > self.most;
        if !is_due || self.not_before.is_some_and(|not_before| Instant::now() < not_before) {
            return None;
        }
        let new = rotate(path, self.old_files);
        self.not_before = if new.is_ok() { None } else { Some(Instant::now() + AGAIN) };
        new.ok()
    }
}

/// Moves each file up by one, and the oldest out.
fn rotate(path: &Path, old_files: u32) -> io::Result<fs::File> {
    // It is made first: if that fails, all is as it was.
    let new = beside(path, "new");
    let file = open(&new)?;
    for number in (1..old_files).rev() {
        let older = beside(path, &(number + 1).to_string());
        rename_if_there(&beside(path, &number.to_string()), &older)?;
    }
    rename_if_there(path, &beside(path, "1"))?;
    fs::rename(new, path)?;
    Ok(file)
}

fn rename_if_there(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    }
}

/// `log` becomes `log.1`.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".");
    name.push(suffix);
    name.into()
}
