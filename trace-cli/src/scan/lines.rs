//! Takes blocks apart, line by line, and counts what they hold.

use memchr::{memchr, memchr2, memchr3, memmem::Finder};

use super::{
    blocks::Block,
    records::{Record, Records, is_docker},
    tally::Tally,
};
use crate::line::{
    Depth, ENTRY_END, Head, Keys, Kind, Line, OBJECT_BEGIN, Piece, Producer, Role, head, pieces,
    read_short, read_to,
};

/// A piece, and the line of the file that it stands on.
#[derive(Debug)]
pub(crate) struct Seen<'a> {
    pub(crate) piece: Piece<'a>,
    pub(crate) line: &'a [u8],
}

/// How far the lines of steps and requests are read that went well, which are
/// most. Of others, all that stands there is read. What is not read at all is
/// counted, and not handed on.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Depths {
    pub(crate) steps: Depth,
    pub(crate) requests: Depth,
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
    /// Finds a second object on a line.
    second: Finder<'static>,
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
        let second = Finder::new(OBJECT_BEGIN);
        Self { tally, records, is_cut: false, producer, depths, may_hold_nul: true, second }
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
        if let Some(len) = self.short(text, line, take) {
            return Some(len);
        }
        line.renew(text);
        let end = read_to(line, text)?;
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
        line: &mut Line<'a>,
        take: &mut impl FnMut(Seen<'_>),
    ) -> Option<usize> {
        let head = head(text);
        let (depth, count) = match head {
            Head::Step => (self.depths.steps, &mut self.tally.steps),
            Head::Request => (self.depths.requests, &mut self.tally.requests),
            Head::Other => return None,
        };
        match depth {
            Depth::Whole => return None,
            Depth::Duration | Depth::Route => {}
            Depth::Nothing => {
                let len = one_object(text, head, 1, &self.second)?;
                *count += 1;
                return Some(len);
            }
        }
        line.renew(text);
        let read = read_short(line, text, head, depth)?;
        let len = one_object(text, head, read, &self.second)?;
        line.end_short(len - 1);
        if line.kind() == Kind::Event {
            return None;
        }
        let piece = Piece::Line(line);
        self.tally.count(&piece);
        take(Seen { piece, line: &text[..len - 1] });
        Some(len)
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

/// Returns the length of a line with its newline, if nothing but one object
/// stands on it, and no NUL. It was read up to `from`.
#[inline]
fn one_object(text: &[u8], head: Head, from: usize, second: &Finder<'_>) -> Option<usize> {
    // A torn string ends with the first quote of the object behind it.
    let from = from.saturating_sub(OBJECT_BEGIN.len()).max(1);
    let mut at = from;
    // Few lines of steps hold a brace but the first.
    if head == Head::Step {
        at += memchr3(b'\n', 0, b'{', &text[at..])?;
    }
    let len = if text[at] == b'\n' { at } else { behind_braces(text, at, second)? };
    ends_whole(&text[..len]).then_some(len + 1)
}

fn behind_braces(text: &[u8], from: usize, second: &Finder<'_>) -> Option<usize> {
    let len = from + memchr2(b'\n', 0, &text[from..])?;
    let is_one = text[len] == b'\n' && second.find(&text[from..len]).is_none();
    is_one.then_some(len)
}

/// Returns whether a line ends in a value and a brace. One that was cut inside a
/// route, `/users/{id}`, or behind an entry of `steps` ends in a brace, too.
#[inline]
fn ends_whole(line: &[u8]) -> bool {
    let Some(members) = line.strip_suffix(b"}") else { return false };
    if let Some(text) = members.strip_suffix(b"\"") {
        return text.last() != Some(&b'\\');
    }
    let is_number = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'.');
    let len = members.iter().rev().take_while(is_number).count();
    let before = &members[..members.len() - len];
    len > 0 && before.ends_with(b"\":") && !before.ends_with(ENTRY_END)
}
