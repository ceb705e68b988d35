//! Follows files that grow: through rotation, truncation, and files that are
//! not there yet.

use std::{
    fs::{File, Metadata},
    io::{self, Read, Seek as _, SeekFrom},
    path::{Path, PathBuf},
};

use memchr::memrchr;

/// How many first bytes are compared, to know a file again.
const HEAD: usize = 64;

/// What happened to a file beside growing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change {
    /// Another file has its name now. The old one was read to its end.
    Rotated,
    /// It was cut. What was written between the last look and the cut is lost.
    Truncated,
}

/// A file that grows.
#[derive(Debug)]
pub(crate) struct Tail {
    pub(crate) path: PathBuf,
    open: Option<Open>,
    /// Whether the first look begins at the end.
    from_end: bool,
}

#[derive(Debug)]
struct Open {
    file: File,
    at: u64,
    /// The first bytes of the file, as far as they were there.
    head: Vec<u8>,
    /// The begin of a line whose end is not there yet.
    part: Vec<u8>,
}

impl Tail {
    /// Follows a file from its end on; one that appears later from its begin.
    pub(crate) fn new(path: PathBuf, from_end: bool) -> Self {
        Self { path, open: None, from_end }
    }

    /// Hands on the whole lines that were added, and what else happened.
    ///
    /// # Errors
    ///
    /// If the file is there and cannot be read.
    pub(crate) fn look(&mut self, take: &mut impl FnMut(&[u8])) -> io::Result<Option<Change>> {
        let mut change = None;
        if let Some(open) = &mut self.open {
            if open.is_cut()? {
                open.restart();
                change = Some(Change::Truncated);
            }
            open.read(take)?;
            match is_same(&open.file, &self.path) {
                Some(true) | None => return Ok(change),
                Some(false) => {
                    // What was written while this was found out.
                    open.read(take)?;
                    open.end(take);
                    self.open = None;
                    change = Some(Change::Rotated);
                }
            }
        }
        self.open_now()?;
        match &mut self.open {
            Some(open) => open.read(take).map(|()| change),
            None => Ok(change),
        }
    }

    /// Opens the file, if it is there.
    fn open_now(&mut self) -> io::Result<()> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.from_end = false;
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let at = if self.from_end { file.metadata()?.len() } else { 0 };
        self.from_end = false;
        let mut open = Open { file, at, head: Vec::new(), part: Vec::new() };
        open.see_head()?;
        self.open = Some(open);
        Ok(())
    }
}

impl Open {
    /// A file that is shorter than it was, or begins otherwise, was cut and
    /// perhaps written anew.
    fn is_cut(&mut self) -> io::Result<bool> {
        let before = std::mem::take(&mut self.head);
        self.see_head()?;
        let is_other = !self.head.starts_with(&before);
        Ok(self.file.metadata()?.len() < self.at || is_other)
    }

    fn see_head(&mut self) -> io::Result<()> {
        let mut head = Vec::new();
        self.file.seek(SeekFrom::Start(0))?;
        (&self.file).take(HEAD as u64).read_to_end(&mut head)?;
        self.head = head;
        Ok(())
    }

    fn restart(&mut self) {
        self.at = 0;
        self.part.clear();
    }

    fn read(&mut self, take: &mut impl FnMut(&[u8])) -> io::Result<()> {
        const STEP: usize = 1 << 16;
        self.file.seek(SeekFrom::Start(self.at))?;
        loop {
            let before = self.part.len();
            let read = (&self.file).take(STEP as u64).read_to_end(&mut self.part)?;
            if read == 0 {
                return Ok(());
            }
            self.at += read as u64;
            if let Some(newline) = memrchr(b'\n', &self.part[before..]) {
                let whole = before + newline + 1;
                take(&self.part[..whole]);
                self.part.drain(..whole);
            }
            // A line that long is no line.
            if self.part.len() > 1 << 20 {
                self.part.clear();
            }
        }
    }

    /// The file gets no more: its last line is what it is.
    fn end(&mut self, take: &mut impl FnMut(&[u8])) {
        if !self.part.is_empty() {
            take(&self.part);
            self.part.clear();
        }
    }
}

/// Returns whether a path still names the file that is open; `None` if it
/// names none.
fn is_same(file: &File, path: &Path) -> Option<bool> {
    let (open, named) = (file.metadata().ok()?, path.metadata().ok()?);
    Some(identity(&open) == identity(&named))
}

#[cfg(unix)]
fn identity(of: &Metadata) -> (u64, u64) {
    use std::os::unix::fs::MetadataExt as _;
    (of.dev(), of.ino())
}

#[cfg(not(unix))]
fn identity(of: &Metadata) -> Option<std::time::SystemTime> {
    of.created().ok()
}
