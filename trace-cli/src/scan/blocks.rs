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

/// Where a block's own bytes begin, behind those that were left of the one
/// before: the kernel copies faster to where whole pages begin.
const PAGE: usize = 1 << 12;

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
    /// How much is read at once.
    size: usize,
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
        let buf = vec![0; size + 2 * PAGE];
        let mut blocks = Self { from, buf, begin: 0, end: 0, offset: 0, size, is_at_end: false };
        blocks.move_rest();
        blocks
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
        self.move_rest();
        loop {
            let before = self.end;
            if before - self.begin >= LONGEST {
                return Ok(None);
            }
            self.read()?;
            if self.is_at_end {
                return Ok((self.end > self.begin).then_some(self.end - self.begin));
            }
            // A file fills the buffer; a pipe gives what it has.
            if let Some(last) = memrchr(b'\n', &self.buf[before..self.end]) {
                return Ok(Some(before + last + 1 - self.begin));
            }
        }
    }

    /// Moves what is left to the front, up to where a page begins.
    fn move_rest(&mut self) {
        let len = self.end - self.begin;
        let first_page = self.buf.as_ptr().addr().next_multiple_of(PAGE) - self.buf.as_ptr().addr();
        let end = first_page + len.next_multiple_of(PAGE);
        if end + self.size > self.buf.len() {
            self.buf.resize(end + self.size, 0);
        }
        self.buf.copy_within(self.begin..self.end, end - len);
        (self.begin, self.end) = (end - len, end);
    }

    fn read(&mut self) -> io::Result<()> {
        let most = self.size.min(LONGEST - (self.end - self.begin));
        if self.end + most > self.buf.len() {
            self.buf.resize(self.buf.len() * 2, 0);
        }
        loop {
            match self.from.read(&mut self.buf[self.end..self.end + most]) {
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
