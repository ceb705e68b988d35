//! Direct mode: one write for each line, before the caller goes on.
//!
//! What was logged is with the operating system when the call returns, so
//! nothing is lost however the process ends. A caller waits for a slow sink.

use std::{
    cell::Cell,
    io,
    sync::{Mutex, PoisonError},
};

use super::stats::{Counters, Stats};
use crate::{guard, sink::Sink};

thread_local! {
    /// Whether this thread is inside a sink, which may log in its turn.
    static IN_SINK: Cell<bool> = const { Cell::new(false) };
}

/// Writes lines to a sink as they come.
pub(crate) struct Direct {
    sink: Mutex<Lines>,
    counters: Counters,
}

impl Direct {
    pub(crate) fn new(sink: Box<dyn Sink>) -> Self {
        Self { sink: Mutex::new(Lines { sink, torn: false }), counters: Counters::default() }
    }

    /// Writes one line, and returns whether the sink took it.
    ///
    /// Whatever the sink does, the caller is not harmed: a line that cannot be
    /// written is counted. So is one that the sink itself logs: to wait for
    /// the sink from inside it would be to wait for ever.
    pub(crate) fn write(&self, line: &[u8]) -> bool {
        let written = self.write_uncounted(line);
        if written {
            self.counters.written();
        } else {
            self.counters.dropped();
        }
        written
    }

    /// Writes one line that counts neither as written nor as dropped.
    pub(crate) fn write_uncounted(&self, line: &[u8]) -> bool {
        if IN_SINK.replace(true) {
            return false;
        }
        let _leaving = Leaving;
        let mut lines = self.sink.lock().unwrap_or_else(PoisonError::into_inner);
        lines.write(line)
    }

    /// Counts a line that could not even be made.
    pub(crate) fn count_dropped(&self) {
        self.counters.dropped();
    }

    pub(crate) fn stats(&self) -> Stats {
        self.counters.snapshot()
    }

    /// Returns how many lines were dropped since this was last asked.
    pub(crate) fn take_untold(&self) -> u64 {
        self.counters.take_untold()
    }

    /// Puts back what could not be told after all.
    pub(crate) fn put_back_untold(&self, lines: u64) {
        self.counters.put_back_untold(lines);
    }
}

struct Leaving;

impl Drop for Leaving {
    fn drop(&mut self) {
        IN_SINK.set(false);
    }
}

/// A sink, and whether the last thing it took was part of a line.
struct Lines {
    sink: Box<dyn Sink>,
    torn: bool,
}

impl Lines {
    fn write(&mut self, line: &[u8]) -> bool {
        // A torn line is ended first, so that no two lines ever merge.
        if self.torn && !self.write_all(b"\n") {
            return false;
        }
        self.write_all(line) && self.flush()
    }

    /// A sink may hold back what it took; a line is written when it is out.
    fn flush(&mut self) -> bool {
        guard::caught(|| self.sink.flush()).is_some_and(|flushed| flushed.is_ok())
    }

    fn write_all(&mut self, mut bytes: &[u8]) -> bool {
        while !bytes.is_empty() {
            match self.write_once(bytes) {
                Ok(0) => return false,
                Ok(taken) => {
                    bytes = bytes.get(taken..).unwrap_or_default();
                    self.torn = !bytes.is_empty();
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(_) => return false,
            }
        }
        true
    }

    fn write_once(&mut self, bytes: &[u8]) -> io::Result<usize> {
        guard::caught(|| self.sink.write(bytes)).unwrap_or_else(|| Err(io::ErrorKind::Other.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sink::Memory;

    /// Takes what it is told to, one answer for each call.
    struct Scripted(Memory, Vec<io::Result<usize>>);

    impl Sink for Scripted {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let taken = match self.1.pop() {
                None => bytes.len(),
                Some(answer) => answer?.min(bytes.len()),
            };
            self.0.write(&bytes[..taken])
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn direct(mut answers: Vec<io::Result<usize>>) -> (Direct, Memory) {
        answers.reverse();
        let memory = Memory::default();
        (Direct::new(Box::new(Scripted(memory.clone(), answers))), memory)
    }

    fn error(kind: io::ErrorKind) -> io::Result<usize> {
        Err(kind.into())
    }

    #[test]
    fn short_and_interrupted_writes_are_resumed() {
        let (direct, memory) = direct(vec![Ok(1), error(io::ErrorKind::Interrupted), Ok(2)]);
        assert!(direct.write(b"abcdef\n"));
        assert_eq!(memory.text(), "abcdef\n");
        assert_eq!(direct.stats(), Stats { lines_written: 1, lines_dropped: 0 });
    }

    #[test]
    fn a_line_after_a_torn_one_starts_on_a_new_line() {
        let (direct, memory) = direct(vec![Ok(2), error(io::ErrorKind::StorageFull)]);
        assert!(!direct.write(b"torn\n"));
        assert!(direct.write(b"whole\n"));
        assert!(direct.write(b"next\n"));
        assert_eq!(memory.text(), "to\nwhole\nnext\n");
        assert_eq!(direct.stats(), Stats { lines_written: 2, lines_dropped: 1 });
    }

    #[test]
    fn a_line_refused_whole_leaves_no_trace() {
        let (direct, memory) = direct(vec![error(io::ErrorKind::BrokenPipe), Ok(0)]);
        assert!(!direct.write(b"one\n"));
        assert!(!direct.write(b"two\n"));
        assert!(direct.write(b"three\n"));
        assert_eq!(memory.text(), "three\n");
        assert_eq!(direct.stats(), Stats { lines_written: 1, lines_dropped: 2 });
    }

    #[test]
    fn a_sink_that_panics_costs_its_line_only() {
        struct Panics(bool);
        impl Sink for Panics {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                assert!(std::mem::replace(&mut self.0, true), "the first time");
                Ok(bytes.len())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let direct = Direct::new(Box::new(Panics(false)));
        assert!(!direct.write(b"one\n"));
        assert!(direct.write(b"two\n"));
    }
}
