//! Gives whole lines to a sink that may take them in parts, or not at all.

use std::{io, time::Duration};

use super::complaint::complain;
use crate::{
    guard,
    sink::{Sink, ends},
};

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

    /// Writes whole lines, and has the sink pass them on. Returns how far it got
    /// if the sink did not take them all.
    ///
    /// As a rule the sink takes them at once: a single guarded call.
    #[inline]
    pub(super) fn write(&mut self, lines: &[u8]) -> Result<(), Progress> {
        let mut first = None;
        if !self.torn {
            match self.write_once(lines) {
                Ok(()) => {
                    self.torn = lines.last() != Some(&b'\n');
                    return Ok(());
                }
                Err(less) => first = Some(less),
            }
        }
        self.write_slowly(lines, first)
    }

    /// Writes as many lines as the sink takes at once, but one at least; it
    /// stops at the first error.
    ///
    /// A torn line is ended first, so that no two lines ever merge. After an
    /// error the next attempt begins with the line that was torn.
    #[cold]
    fn write_slowly(
        &mut self,
        lines: &[u8],
        first: Option<io::Result<usize>>,
    ) -> Result<(), Progress> {
        let ended = if self.torn { self.end_torn() } else { Ok(()) };
        let (accepted, result) = match ended {
            Ok(()) => self.write_some(lines, first),
            Err(error) => (0, Err(error)),
        };
        if let Err(error) = &result {
            complain(format_args!("lines cannot be written: {error}"));
        }
        if accepted == lines.len() && result.is_ok() {
            return Ok(());
        }
        self.flush();
        Err(Progress { taken: whole_lines(lines, accepted), result })
    }

    /// Asks the sink to pass on what it holds back.
    pub(super) fn flush(&mut self) {
        // What it says is not ours to count: it has taken the lines.
        let _ = guard::caught(|| self.sink.flush());
    }

    #[cold]
    fn end_torn(&mut self) -> io::Result<()> {
        loop {
            match self.taken_of(b"\n") {
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
    /// was no error. `first` is what it said when it was offered them before.
    fn write_some(
        &mut self,
        bytes: &[u8],
        mut first: Option<io::Result<usize>>,
    ) -> (usize, io::Result<()>) {
        let mut accepted = 0;
        while let Some(rest) = bytes.get(accepted..).filter(|rest| !rest.is_empty()) {
            match first.take().unwrap_or_else(|| self.taken_of(rest)) {
                Ok(0) => return (accepted, Err(io::ErrorKind::WriteZero.into())),
                Ok(taken) => {
                    let taken = taken.min(rest.len());
                    accepted += taken;
                    self.torn = !ends::is_end(rest, taken - 1);
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

    fn taken_of(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.write_once(bytes).err().unwrap_or(Ok(bytes.len()))
    }

    /// Offers bytes to the sink. If it takes them all, it is asked to pass them
    /// on in the same guarded call: lines are written when they are out. If not,
    /// returns what it said.
    #[inline]
    fn write_once(&mut self, bytes: &[u8]) -> Result<(), io::Result<usize>> {
        let (mut is_taken, mut less) = (false, None);
        let _ = guard::caught(|| match self.sink.write(bytes) {
            Ok(taken) if taken >= bytes.len() => {
                is_taken = true;
                // What it says is not ours to count: it has taken the lines.
                let _ = self.sink.flush();
            }
            said => less = Some(said),
        });
        if is_taken {
            return Ok(());
        }
        Err(less.unwrap_or_else(|| Err(io::Error::other("a panic in the sink"))))
    }
}

/// Returns how many bytes of whole lines there are up to `accepted`.
///
/// A line that lacks nothing but its newline is whole: the newline is what
/// will be written first, whatever follows.
fn whole_lines(lines: &[u8], accepted: usize) -> usize {
    ends::last(lines, accepted + 1).map_or(0, |end| end + 1)
}
