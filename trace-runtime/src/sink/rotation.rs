//! When a file is too large, and how it makes room for a new one.

use std::{
    ffi::OsString,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::{claim::Claim, ends, open::made};

/// How long to go on with the old file when there can be no new one.
const AGAIN: Duration = Duration::from_secs(1);

/// How often its size is looked at, while a file becomes full.
const LOOKS: u64 = 16;

/// How large a file may become, and how large it is.
#[derive(Debug)]
pub(super) struct Rotation {
    most: u64,
    old_files: u32,
    size: u64,
    /// Bytes written since its size was looked at.
    unseen: u64,
    not_before: Option<Instant>,
    /// It is for another process to begin a new file.
    is_left: bool,
}

impl Rotation {
    pub(super) fn new(most: u64, old_files: u32, size: u64) -> Self {
        Self {
            most,
            old_files: old_files.max(1),
            size,
            unseen: 0,
            not_before: None,
            is_left: false,
        }
    }

    /// Notes that bytes were written.
    pub(super) fn grow(&mut self, bytes: usize) {
        self.size = self.size.saturating_add(bytes as u64);
        self.unseen = self.unseen.saturating_add(bytes as u64);
    }

    /// Notes how large the file is.
    pub(super) fn begin(&mut self, size: u64) {
        (self.size, self.unseen, self.is_left) = (size, 0, false);
    }

    /// Returns whether to look how large the file is: other processes may write
    /// to it, too.
    pub(super) fn is_to_be_looked_at(&self) -> bool {
        self.unseen > self.most / LOOKS
    }

    /// Returns whether there has to be a new file before the first of these
    /// lines.
    pub(super) fn is_due(&self, lines: &[u8]) -> bool {
        let is_full = self.size > 0 && !self.fits(lines.len()) && !self.fits(first_line(lines));
        is_full && !self.is_postponed()
    }

    /// Returns as many of these lines as this file has room for, or one: the
    /// others go to the next file.
    pub(super) fn part<'a>(&self, lines: &'a [u8]) -> &'a [u8] {
        if self.fits(lines.len()) || self.is_left || self.is_postponed() {
            return lines;
        }
        let room = usize::try_from(self.most.saturating_sub(self.size)).unwrap_or(usize::MAX);
        let end = ends::last(lines, room).map_or_else(|| first_line(lines), |end| end + 1);
        lines.get(..end).unwrap_or(lines)
    }

    /// Moves the file away and returns a new one, unless that fails. Links are
    /// followed: to move one away would leave its file behind, and the new one
    /// in another place.
    pub(super) fn rotate(&mut self, path: &Path) -> Option<(File, Claim)> {
        let new = fs::canonicalize(path).and_then(|path| rotate(&path, self.old_files)).ok();
        if new.is_none() {
            self.not_before = Some(Instant::now() + AGAIN);
        }
        new
    }

    /// Notes whether it is for another process to begin a new file.
    pub(super) fn leave_it(&mut self, is_left: bool) {
        self.is_left = is_left;
    }

    fn is_postponed(&self) -> bool {
        self.not_before.is_some_and(|not_before| Instant::now() < not_before)
    }

    fn fits(&self, bytes: usize) -> bool {
        self.size.saturating_add(bytes as u64) <= self.most
    }
}

/// Returns how many bytes the first line has.
fn first_line(lines: &[u8]) -> usize {
    ends::first(lines).map_or(lines.len(), |end| end + 1)
}

/// Moves each file up by one, and the oldest out.
fn rotate(path: &Path, old_files: u32) -> io::Result<(File, Claim)> {
    // It is made first: if that fails, all is as it was.
    let new = beside(path, "new");
    let file = made(&new)?;
    let claim = Claim::alone(&file);
    // As far as there is one after the other: a further attempt must not move
    // the oldest out each time.
    let free = (1..old_files).find(|number| !numbered(path, *number).exists());
    for number in (1..free.unwrap_or(old_files)).rev() {
        fs::rename(numbered(path, number), numbered(path, number + 1))?;
    }
    let (old, names) = (numbered(path, 1), names(path));
    keep(path, &old)?;
    if let Err(error) = fs::rename(new, path) {
        let _ = fs::rename(&old, path).and_then(|()| fs::remove_file(&old));
        return Err(error);
    }
    if self::names(&old) > names {
        // Something else moved it away in between: its lines are there once.
        let _ = fs::remove_file(&old);
    }
    Ok((file, claim))
}

/// Returns how many names a file has, if that is known.
#[cfg(unix)]
fn names(path: &Path) -> u64 {
    use std::os::unix::fs::MetadataExt as _;
    path.metadata().map_or(0, |metadata| metadata.nlink())
}

#[cfg(not(unix))]
fn names(_: &Path) -> u64 {
    0
}

/// Gives a file another name. It has both for a moment, where that is possible:
/// a process that opens the path meanwhile must not make a file that the new one
/// takes the place of.
fn keep(path: &Path, old: &Path) -> io::Result<()> {
    match fs::remove_file(old) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => fs::hard_link(path, old).or_else(|_| fs::rename(path, old)),
    }
}

/// `log` becomes `log.1`.
fn numbered(path: &Path, number: u32) -> PathBuf {
    beside(path, &number.to_string())
}

fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = OsString::from(path);
    name.push(".");
    name.push(suffix);
    name.into()
}
