//! Parts of a file, each of whole lines, for several threads.

use std::{
    fs::File,
    io::{self, Read},
};

use memchr::memchr;

/// A part of a file, read without its own position.
#[derive(Debug)]
pub(crate) struct Part<'f> {
    file: &'f File,
    at: u64,
    end: u64,
}

impl<'f> Part<'f> {
    pub(crate) fn new(file: &'f File, at: u64, end: u64) -> Self {
        Self { file, at, end }
    }
}

impl Read for Part<'_> {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let most = usize::try_from(self.end - self.at).unwrap_or(usize::MAX).min(buf.len());
        let len = read_at(self.file, &mut buf[..most], self.at)?;
        self.at += len as u64;
        Ok(len)
    }
}

#[cfg(unix)]
fn read_at(file: &File, buf: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buf, at)
}

#[cfg(windows)]
fn read_at(file: &File, buf: &mut [u8], at: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buf, at)
}

/// Splits what stands between two places of a file into at most `count` parts,
/// each of whole lines.
///
/// # Errors
///
/// If the file cannot be read.
pub(crate) fn in_parts(
    file: &File,
    len: u64,
    (begin, end): (u64, u64),
    count: usize,
) -> io::Result<Vec<Part<'_>>> {
    let mut parts = Vec::new();
    let (mut at, last) = (begin, end.min(len));
    for index in 1..count as u64 {
        let place = begin + (last - begin.min(last)) * index / count as u64;
        let next = line_begin(file, place, len)?;
        if next > at && next < last {
            parts.push(Part::new(file, at, next));
            at = next;
        }
    }
    // The last may go on to wherever the file ends by then.
    parts.push(Part::new(file, at, end));
    Ok(parts)
}

/// Returns where the first line begins that begins behind `at`.
pub(crate) fn line_begin(file: &File, mut at: u64, len: u64) -> io::Result<u64> {
    let mut buf = [0; 4_096];
    while at < len {
        let read = read_at(file, &mut buf, at)?;
        if read == 0 {
            break;
        }
        if let Some(newline) = memchr(b'\n', &buf[..read]) {
            return Ok(at + newline as u64 + 1);
        }
        at += read as u64;
    }
    Ok(len)
}
