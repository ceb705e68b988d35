//! Reads a log in blocks of whole lines, into one buffer.
//!
//! Nothing is mapped into memory: a file that is cut while it is read is then
//! a shorter file, and no reason to be killed.

use std::io::{self, ErrorKind, Read};

use memchr::{memchr, memrchr};

/// The longest line.
pub(crate) const LONGEST: usize = 1 << 20;

/// The size of a block: what is read stays in a core's own cache.
const BLOCK: usize = 1 << 18;

/// The blocks of a reader.
#[derive(Debug)]
pub(crate) struct Blocks<R> {
    from: R,
    buf: Vec<u8>,
    /// What was read and not yet given: the begin of a line.
    begin: usize,
    end: usize,
    /// Where in the file `begin` is.
    offset: u64,
    is_at_end: bool,
}

/// Whole lines; the last of a file may lack its newline.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block<'a> {
    pub(crate) text: &'a [u8],
    /// Where in the file it begins.
    pub(crate) offset: u64,
    /// How many lines before it were too long to be read.
    pub(crate) too_long: u64,
}

impl<R: Read> Blocks<R> {
    pub(crate) fn new(from: R) -> Self {
        Self::with_size(from, BLOCK)
    }

    /// Reads at first `size` bytes at a time, and more where lines are longer.
    pub(crate) fn with_size(from: R, size: usize) -> Self {
        Self { from, buf: vec![0; size], begin: 0, end: 0, offset: 0, is_at_end: false }
    }

    /// Returns the next block, or `None` at the end.
    ///
    /// # Errors
    ///
    /// If the reader fails.
    pub(crate) fn next(&mut self) -> io::Result<Option<Block<'_>>> {
        let mut too_long = 0;
        loop {
            if let Some(len) = self.fill()? {
                let begin = self.begin;
                self.begin += len;
                let offset = self.offset;
                self.offset += len as u64;
                let text = &self.buf[begin..begin + len];
                return Ok(Some(Block { text, offset, too_long }));
            }
            if self.is_at_end {
                let empty = Block { text: &[], offset: self.offset, too_long };
                return Ok((too_long > 0).then_some(empty));
            }
            self.skip_line()?;
            too_long += 1;
        }
    }

    /// Reads until there is a whole line. Returns how many bytes are whole
    /// lines, or `None` if a line is too long, or at the end.
    fn fill(&mut self) -> io::Result<Option<usize>> {
        self.buf.copy_within(self.begin..self.end, 0);
        self.end -= self.begin;
        self.begin = 0;
        loop {
            if self.end == self.buf.len() {
                if self.end >= LONGEST {
                    return Ok(None);
                }
                let larger = (self.buf.len() * 2).clamp(64, LONGEST);
                self.buf.resize(larger, 0);
            }
            let before = self.end;
            self.read()?;
            if self.is_at_end {
                return Ok((self.end > 0).then_some(self.end));
            }
            // A file fills the buffer; a pipe gives what it has.
            if let Some(last) = memrchr(b'\n', &self.buf[before..self.end]) {
                return Ok(Some(before + last + 1));
            }
        }
    }

    fn read(&mut self) -> io::Result<()> {
        loop {
            match self.from.read(&mut self.buf[self.end..]) {
                Ok(0) => self.is_at_end = true,
                Ok(len) => self.end += len,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            }
            return Ok(());
        }
    }

    /// Drops a line that does not fit.
    fn skip_line(&mut self) -> io::Result<()> {
        loop {
            if let Some(at) = memchr(b'\n', &self.buf[self.begin..self.end]) {
                self.begin += at + 1;
                self.offset += at as u64 + 1;
                return Ok(());
            }
            self.offset += (self.end - self.begin) as u64;
            (self.begin, self.end) = (0, 0);
            self.read()?;
            if self.is_at_end {
                return Ok(());
            }
        }
    }
}
