//! Gives whole lines to a sink that may take them in parts, or not at all.

use std::{io, time::Duration};

use super::complaint::complain;
use crate::{guard, sink::Sink};

/// A sink, and whether the last thing it took was part of a line.
pub(super) struct WholeLines {
    sink: Box<dyn Sink>,
    torn: bool,
}

/// How far the sink took what it was offered.
pub(super) struct Progress {
    /// Bytes of the lines that it took whole.
    pub(super) taken: usize,
    /// Why it took no more.
    pub(super) result: io::Result<()>,
}

impl WholeLines {
    pub(super) fn new(sink: Box<dyn Sink>) -> Self {
        Self { sink, torn: false }
    }

    /// Returns how many bytes of several threads the sink takes by one call.
    pub(super) fn most_together(&self) -> usize {
        guard::caught(|| self.sink.most_together()).unwrap_or(0)
    }

    /// Returns how many bytes of whole lines the sink takes without waiting,
    /// after it has waited for that.
    pub(super) fn room(&mut self, timeout: Duration) -> usize {
        guard::caught(|| self.sink.room(timeout)).unwrap_or(usize::MAX)
    }

    /// Writes whole lines, as many as the sink takes at once, but one at least;
    /// it stops at the first error.
    ///
    /// A torn line is ended first, so that no two lines ever merge. After an
    /// error the next attempt begins with the line that was torn.
    pub(super) fn write(&mut self, lines: &[u8]) -> Progress {
        let ended = if self.torn { self.end_torn() } else { Ok(()) };
        let (accepted, result) = match ended {
            Ok(()) => self.write_some(lines),
            Err(error) => (0, Err(error)),
        };
        if let Err(error) = &result {
            complain(format_args!("lines cannot be written: {error}"));
        }
        let is_whole = accepted == lines.len();
        Progress { taken: if is_whole { accepted } else { whole_lines(lines, accepted) }, result }
    }

    /// Asks the sink to pass on what it holds back.
    pub(super) fn flush(&mut self) {
        // What it says is not ours to count: it has taken the lines.
        let _ = guard::caught(|| self.sink.flush());
    }

    #[cold]
    fn end_torn(&mut self) -> io::Result<()> {
        loop {
            match self.write_once(b"\n") {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(_) => {
                    self.torn = false;
                    return Ok(());
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// Returns how many bytes the sink took: up to the end of a line, if there
    /// was no error.
    #[inline]
    fn write_some(&mut self, bytes: &[u8]) -> (usize, io::Result<()>) {
        let mut accepted = 0;
        while let Some(rest) = bytes.get(accepted..).filter(|rest| !rest.is_empty()) {
            match self.write_once(rest) {
                Ok(0) => return (accepted, Err(io::ErrorKind::WriteZero.into())),
                Ok(taken) => {
                    let taken = taken.min(rest.len());
                    accepted += taken;
                    self.torn = rest.get(taken - 1) != Some(&b'\n');
                    if !self.torn {
                        break;
                    }
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return (accepted, Err(error)),
            }
        }
        (accepted, Ok(()))
    }

    fn write_once(&mut self, bytes: &[u8]) -> io::Result<usize> {
        guard::caught(|| self.sink.write(bytes)).unwrap_or_else(|| Err(io::ErrorKind::Other.into()))
    }
}

/// Returns how many bytes of whole lines there are up to `accepted`.
///
/// A line that lacks nothing but its newline is whole: the newline is what
/// will be written first, whatever follows.
fn whole_lines(lines: &[u8], accepted: usize) -> usize {
    let accepted = lines.get(..=accepted).unwrap_or(lines);
    accepted.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1)
}

/// Counts lines. In bytes first, up to what fits into one: the machine adds
/// sixteen at a time.
pub(super) fn newlines(bytes: &[u8]) -> usize {
    let count = |bytes: &[u8]| bytes.iter().map(|byte| u8::from(*byte == b'\n')).sum::<u8>();
    bytes.chunks(240).map(|bytes| usize::from(count(bytes))).sum()
}
