//! Reads several logs at once, line by line in the order of time: so that the
//! services of one request are read together, and its trace is whole when it
//! is handed on.

use std::{
    io::{self, Read},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use memchr::memchr;

use super::{
    open::Opened,
    read::Complaints,
    set::{Input, Set},
};
use crate::{
    line::{Role, read, time_ns},
    scan::{Blocks, Depths, Lines, Part, Seen, Tally},
};

/// How much of each log is read at a time.
const BLOCK: usize = 1 << 16;

impl Set {
    /// Hands on what each line of all logs holds, in the order of time as far
    /// as the logs themselves are.
    pub(crate) fn lines_by_time(
        &self,
        depths: Depths,
        tally: &mut Tally,
        mut take: impl FnMut(Seen<'_>),
    ) -> Complaints {
        let [_, _, ..] = self.inputs[..] else { return self.lines(depths, tally, take) };
        let mut complaints = Vec::new();
        let mut complain =
            |name: &str, error: &io::Error| complaints.push(format!("{name}: {error}"));
        let mut logs = Vec::new();
        for input in &self.inputs {
            match Log::open(input, self, depths).and_then(|mut log| log.fill().map(|()| log)) {
                Ok(log) => logs.push(log),
                Err(error) => complain(&input.name(), &error),
            }
        }
        while let Some((at, until)) = next(&logs) {
            let log = &mut logs[at];
            if let Err(error) = log.read_until(until, &mut take) {
                complain(&log.name, &error);
                log.is_over = true;
            }
        }
        for mut log in logs {
            let is_cut = log.is_cut.load(Ordering::Relaxed);
            log.lines.finish(is_cut, &mut take);
            *tally += log.lines.tally;
        }
        complaints
    }
}

/// Returns the log whose next line is the oldest, and the time up to which no
/// other log has an older one.
fn next(logs: &[Log]) -> Option<(usize, i64)> {
    let open = || logs.iter().enumerate().filter(|(_, log)| !log.is_over);
    let (at, _) = open().min_by_key(|(_, log)| log.next)?;
    let others = open().filter(|(other, _)| *other != at);
    Some((at, others.map(|(_, log)| log.next).min().unwrap_or(i64::MAX)))
}

/// A log that is read a little at a time.
struct Log {
    name: String,
    blocks: Blocks<Box<dyn Read>>,
    lines: Lines,
    is_cut: Arc<AtomicBool>,
    /// Whole lines, and where the next one begins.
    text: Vec<u8>,
    at: usize,
    /// The time of the next line; that of the last, if it has none.
    next: i64,
    is_over: bool,
}

impl Log {
    fn open(input: &Input, set: &Set, depths: Depths) -> io::Result<Self> {
        let (from, is_cut): (Box<dyn Read>, _) = match input.open()? {
            Opened::Plain { file, len } => {
                let (at, end) = set.window.range(&file, len)?;
                (Box::new(Own { file, at, end }), Arc::default())
            }
            Opened::Stream(stream) => {
                let is_cut = stream.is_cut();
                (Box::new(stream), is_cut)
            }
        };
        Ok(Self {
            name: input.name(),
            blocks: Blocks::with_size(from, BLOCK),
            lines: Lines::new(set.keys, depths),
            is_cut,
            text: Vec::new(),
            at: 0,
            next: i64::MIN,
            is_over: false,
        })
    }

    /// Reads on, if nothing is left, and looks at the next line.
    fn fill(&mut self) -> io::Result<()> {
        if self.at >= self.text.len() {
            self.text.clear();
            self.at = 0;
            match self.blocks.next()? {
                Some(block) => {
                    self.lines.tally.broken += block.too_long;
                    self.text.extend_from_slice(block.text);
                }
                None => self.is_over = true,
            }
        }
        let begin = &self.text[self.at..];
        let time =
            read(begin, self.lines.keys()).and_then(|(line, _)| time_ns(line.raw(Role::Time)));
        self.next = time.unwrap_or(self.next);
        Ok(())
    }

    /// Hands on the lines up to a time, and one in any case.
    fn read_until(&mut self, until: i64, take: &mut impl FnMut(Seen<'_>)) -> io::Result<()> {
        loop {
            let rest = &self.text[self.at..];
            let len = memchr(b'\n', rest).map_or(rest.len(), |at| at + 1);
            self.lines.text(&rest[..len], take);
            self.at += len;
            self.fill()?;
            if self.is_over || self.next > until {
                return Ok(());
            }
        }
    }
}

/// A part of a file, read without its own position.
struct Own {
    file: std::fs::File,
    at: u64,
    end: u64,
}

impl Read for Own {
    fn read(&mut self, buf: &mut [u8]) -> io::Result<usize> {
        let len = Part::new(&self.file, self.at, self.end).read(buf)?;
        self.at += len as u64;
        Ok(len)
    }
}
