//! Takes blocks apart, line by line, and counts what they hold.

use memchr::memchr;

use super::{
    blocks::Block,
    glance::{Braces, Glance},
    records::{Record, Records, is_docker},
    tally::Tally,
};
use crate::line::{
    Depth, Head, Keys, Kind, Line, Piece, Producer, Role, head, pieces, read_short, read_to,
};

/// A piece, and the line of the file that it stands on.
#[derive(Debug)]
pub(crate) struct Seen<'a> {
    pub(crate) piece: Piece<'a>,
    pub(crate) line: &'a [u8],
}

/// How far the lines are read of steps and requests that went well, which are
/// most, and of events of traces. Of others, all that stands there is read. What
/// is not read at all is counted, and not handed on.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Depths {
    pub(crate) steps: Depth,
    pub(crate) requests: Depth,
    /// Nothing, or the whole.
    pub(crate) events: Depth,
}

/// Reads the lines of one file, block after block.
#[derive(Debug)]
pub(crate) struct Lines {
    pub(crate) tally: Tally,
    records: Records,
    is_cut: bool,
    producer: Producer,
    depths: Depths,
    /// Whether a line of the text may hold a NUL.
    may_hold_nul: bool,
    glance: Glance,
}

impl Default for Lines {
    fn default() -> Self {
        Self::new(None, Depths::default())
    }
}

impl Lines {
    /// Returns one that looks for these keys; else for those that the first
    /// lines of a log have.
    pub(crate) fn new(keys: Option<Keys>, depths: Depths) -> Self {
        Self::of_part(Producer::new(keys), depths)
    }

    /// Returns one for a part of a log, whose head says whose keys it has.
    pub(crate) fn of_part(producer: Producer, depths: Depths) -> Self {
        let (tally, records) = (Tally::default(), Records::default());
        let glance = Glance::new();
        Self { tally, records, is_cut: false, producer, depths, may_hold_nul: true, glance }
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
        // What is read short is looked at for its end, and for NULs then.
        let is_short = self.depths.steps < Depth::Whole;
        self.may_hold_nul = is_short || memchr(0, text).is_some();
        self.producer.look(text);
        let keys = self.producer.keys();
        self.is_cut = text.last().is_some_and(|byte| *byte != b'\n');
        let mut line = Line::new(text, keys);
        while at < text.len() {
            at += match self.plain(&text[at..], &mut line, take) {
                Some(len) => len,
                None => self.any(&text[at..], take),
            };
        }
    }

    /// Reads a line that holds one object and nothing else. Returns its length
    /// with the newline.
    #[inline]
    fn plain<'a>(
        &mut self,
        text: &'a [u8],
        line: &mut Line<'a>,
        take: &mut impl FnMut(Seen<'_>),
    ) -> Option<usize> {
        if text.first() != Some(&b'{') || is_docker(text) {
            return None;
        }
        let head = head(text);
        if let Some(len) = self.short(text, head, line, take) {
            return Some(len);
        }
        line.renew(text);
        let end = read_to(line, text, head)?;
        if !line.has(Role::Time) || text.get(end).is_some_and(|byte| *byte != b'\n') {
            return None;
        }
        self.count_nuls(&text[..end]);
        let piece = Piece::Line(line);
        self.tally.count(&piece);
        take(Seen { piece, line: &text[..end] });
        Some(end + 1)
    }

    /// Reads the line of a step or a request that went well as far as that is
    /// wanted. Returns its length, as far as can be seen from its begin and its
    /// end.
    #[inline]
    fn short<'a>(
        &mut self,
        text: &'a [u8],
        head: Head,
        line: &mut Line<'a>,
        take: &mut impl FnMut(Seen<'_>),
    ) -> Option<usize> {
        let (depth, count) = match head {
            Head::Step => (self.depths.steps, &mut self.tally.steps),
            Head::Request => (self.depths.requests, &mut self.tally.requests),
            Head::Native => (self.depths.events, &mut self.tally.events),
            Head::Other => return None,
        };
        let counted = match (depth, head) {
            (Depth::Whole, _) => return None,
            (Depth::Nothing, Head::Native) => Some(self.glance.event(text)?),
            (Depth::Nothing, _) => {
                let (len, braces) = Glance::len(text, head)?;
                let is_one = braces == Braces::One || self.glance.is_one(&text[..len], 0);
                Some(is_one.then_some(len)?)
            }
            (Depth::Ids | Depth::Duration | Depth::Route, _) => None,
        };
        if let Some(len) = counted {
            *count += 1;
            return Some(len + 1);
        }
        line.renew(text);
        // The end does not depend on what is read: a core finds both at once.
        let (len, braces) = Glance::len(text, head)?;
        let read = read_short(line, text, head, depth)?;
        if braces == Braces::Some && !self.glance.is_one(&text[..len], read) {
            return None;
        }
        line.end_short(len);
        if line.kind() == Kind::Event {
            return None;
        }
        let piece = Piece::Line(line);
        self.tally.count(&piece);
        take(Seen { piece, line: &text[..len] });
        Some(len + 1)
    }

    /// Reads one line that is not simply an object.
    #[cold]
    fn any(&mut self, text: &[u8], take: &mut impl FnMut(Seen<'_>)) -> usize {
        let len = memchr(b'\n', text).unwrap_or(text.len());
        let line = &text[..len];
        self.count_nuls(line);
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
    fn count_nuls(&mut self, line: &[u8]) {
        if self.may_hold_nul {
            self.tally.with_nul += u64::from(memchr(0, line).is_some());
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
