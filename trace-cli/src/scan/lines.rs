//! Takes blocks apart, line by line, and counts what they hold.

use memchr::{memchr, memchr2, memmem::Finder};

use super::{
    blocks::Block,
    records::{Record, Records, is_docker},
    tally::Tally,
};
use crate::line::{
    Keys, Line, OBJECT_BEGIN, Piece, Producer, Role, is_step, pieces, read_step, read_to,
};

/// A piece, and the line of the file that it stands on.
#[derive(Debug)]
pub(crate) struct Seen<'a> {
    pub(crate) piece: Piece<'a>,
    pub(crate) line: &'a [u8],
}

/// What is wanted of the lines of steps.
#[derive(Debug, Default)]
enum Steps {
    /// All that stands there.
    #[default]
    Whole,
    /// What stands there up to the duration. The finder finds a second object
    /// on a line.
    Short(Finder<'static>),
    /// How many there are.
    Counted(Finder<'static>),
}

/// Reads the lines of one file, block after block.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    pub(crate) tally: Tally,
    records: Records,
    is_cut: bool,
    producer: Producer,
    steps: Steps,
}

impl Lines {
    /// Returns one that looks for these keys; else for those that the first
    /// lines of a log have.
    pub(crate) fn new(keys: Option<Keys>) -> Self {
        Self { producer: Producer::new(keys), ..Self::default() }
    }

    /// As `new`, but hands on no steps: where only requests are asked for,
    /// their lines need not be taken apart.
    pub(crate) fn without_steps(keys: Option<Keys>) -> Self {
        Self { steps: Steps::Counted(Finder::new(OBJECT_BEGIN)), ..Self::new(keys) }
    }

    /// Returns one for a part of a log, whose head says whose keys it has. If
    /// steps may be short, they are read up to their duration only.
    pub(crate) fn of_part(producer: Producer, are_steps_short: bool) -> Self {
        let steps = match are_steps_short {
            true => Steps::Short(Finder::new(OBJECT_BEGIN)),
            false => Steps::Whole,
        };
        Self { producer, steps, ..Self::default() }
    }

    /// Returns whose keys the log has, as far as is known.
    pub(crate) fn keys(&self) -> Keys {
        self.producer.keys()
    }

    /// Hands on what the lines of a block hold.
    #[inline]
    pub(crate) fn block(&mut self, block: &Block<'_>, take: &mut impl FnMut(Seen<'_>)) {
        for _ in 0..block.too_long {
            let piece = Piece::Broken;
            self.tally.count(&piece);
            take(Seen { piece, line: b"(a line of more than 1 MiB)" });
        }
        self.text(block.text, take);
    }

    /// Hands on what the lines of a text hold.
    #[inline]
    pub(crate) fn text(&mut self, text: &[u8], take: &mut impl FnMut(Seen<'_>)) {
        let mut at = 0;
        self.count_nuls(text);
        self.producer.look(text);
        let keys = self.producer.keys();
        self.is_cut = text.last().is_some_and(|byte| *byte != b'\n');
        while at < text.len() {
            at += match self.plain(&text[at..], keys, take) {
                Some(len) => len,
                None => self.any(&text[at..], take),
            };
        }
    }

    /// Reads a line that holds one object and nothing else. Returns its length
    /// with the newline.
    #[inline]
    fn plain(&mut self, text: &[u8], keys: Keys, take: &mut impl FnMut(Seen<'_>)) -> Option<usize> {
        if text.first() != Some(&b'{') || is_docker(text) {
            return None;
        }
        if let Some(len) = self.step(text, keys, take) {
            self.tally.steps += 1;
            return Some(len);
        }
        let mut line = Line::new(text, keys);
        let end = read_to(&mut line, text)?;
        if !line.has(Role::Time) || text.get(end).is_some_and(|byte| *byte != b'\n') {
            return None;
        }
        let piece = Piece::Line(&line);
        self.tally.count(&piece);
        take(Seen { piece, line: &text[..end] });
        Some(end + 1)
    }

    /// Reads the line of a step that went well as far as that is wanted. Returns
    /// its length, as far as can be seen from its begin and its end.
    #[inline]
    fn step(&self, text: &[u8], keys: Keys, take: &mut impl FnMut(Seen<'_>)) -> Option<usize> {
        if matches!(self.steps, Steps::Whole) || !is_step(text) {
            return None;
        }
        match &self.steps {
            Steps::Whole => None,
            Steps::Counted(second) => one_object(text, 0, second),
            Steps::Short(second) => {
                let mut line = Line::new(text, keys);
                let read = read_step(&mut line, text)?;
                let len = one_object(text, read, second)?;
                line.end_step(len - 1);
                take(Seen { piece: Piece::Line(&line), line: &text[..len - 1] });
                Some(len)
            }
        }
    }

    /// Reads one line that is not simply an object.
    #[cold]
    fn any(&mut self, text: &[u8], take: &mut impl FnMut(Seen<'_>)) -> usize {
        let len = memchr(b'\n', text).unwrap_or(text.len());
        let line = &text[..len];
        match self.records.open(line) {
            Record::Part => {}
            Record::Whole(inner) => self.pieces(inner, line, take),
            Record::Joined(joined) => self.pieces(&joined, &joined, take),
        }
        len + 1
    }

    fn pieces(&mut self, text: &[u8], line: &[u8], take: &mut impl FnMut(Seen<'_>)) {
        pieces(text, self.producer.keys(), &mut |piece| {
            self.tally.count(&piece);
            take(Seen { piece, line });
        });
    }

    #[inline]
    fn count_nuls(&mut self, text: &[u8]) {
        if memchr(0, text).is_some() {
            let lines = text.split(|byte| *byte == b'\n');
            self.tally.with_nul += lines.filter(|line| line.contains(&0)).count() as u64;
        }
    }

    /// Ends a file: hands on what still waits for its rest.
    pub(crate) fn finish(&mut self, is_cut: bool, take: &mut impl FnMut(Seen<'_>)) {
        for text in self.records.left() {
            self.pieces(&text, &text, take);
        }
        self.tally.cut += u64::from(self.is_cut && self.ends_badly() || is_cut);
        self.is_cut = false;
        self.producer.restart();
    }

    /// A last line without its newline is whole if its object is.
    fn ends_badly(&self) -> bool {
        self.tally.broken > 0
    }
}

/// Returns the length of a line with its newline, if nothing but one object
/// stands on it. It was read up to `from`.
#[inline]
fn one_object(text: &[u8], from: usize, second: &Finder<'_>) -> Option<usize> {
    let from = from.max(1);
    // Few lines of steps hold a brace but the first.
    let found = from + memchr2(b'\n', b'{', &text[from..])?;
    let len = found + memchr(b'\n', &text[found..])?;
    let is_one = found == len || second.find(&text[found..len]).is_none();
    (is_one && text[len - 1] == b'}').then_some(len + 1)
}
