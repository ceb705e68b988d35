//! Names of steps and services, each kept once.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

use crate::line::{Line, Role, decode, hash, mix};

/// A name; 0 is none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Name(pub(crate) u32);

impl Name {
    pub(crate) const NONE: Self = Self(0);
    /// All names beyond those that are kept.
    const OTHER: Self = Self(1);
}

/// More names are not kept: they are data, and no names.
const MOST: usize = 1 << 17;

/// All names of an answer.
#[derive(Debug)]
pub(crate) struct Names {
    texts: Vec<String>,
    /// Those that were asked for last, in pairs.
    recent: Box<[[(Short, Name); 2]; RECENT]>,
    recent_longer: Box<[(Words, Name); RECENT]>,
    /// By the bytes they are written with, which may be several forms.
    raw: HashMap<Box<[u8]>, Name, Fast>,
    decoded: HashMap<String, Name>,
}

impl Default for Names {
    fn default() -> Self {
        let texts = vec![String::new(), "(other)".to_owned()];
        let recent = Box::new([[(Short::default(), Name::NONE); 2]; RECENT]);
        let recent_longer = Box::new([(Words::default(), Name::NONE); RECENT]);
        Self { texts, recent, recent_longer, raw: HashMap::default(), decoded: HashMap::new() }
    }
}

impl Names {
    /// Returns the name that the value of a role stands for.
    #[inline]
    pub(crate) fn of_role(&mut self, line: &Line<'_>, role: Role) -> Name {
        let Some(short) = line.short(role) else { return self.of(line.bare(role)) };
        let pair = &self.recent[place(short)];
        match () {
            () if pair[0].0 == short => pair[0].1,
            () if pair[1].0 == short => pair[1].1,
            () => self.find(line.bare(role), short),
        }
    }

    #[inline(never)]
    fn find(&mut self, raw: &[u8], short: Short) -> Name {
        let name = self.of(raw);
        let pair = &mut self.recent[place(short)];
        *pair = [(short, name), pair[0]];
        name
    }

    /// Returns the name that a JSON string without its quotes stands for.
    #[inline]
    pub(crate) fn of(&mut self, raw: &[u8]) -> Name {
        let Some(words) = Words::of(raw) else { return self.of_any(raw) };
        let (last, name) = self.recent_longer[words.place()];
        if last == words {
            return name;
        }
        let name = self.of_any(raw);
        self.recent_longer[words.place()] = (words, name);
        name
    }

    fn of_any(&mut self, raw: &[u8]) -> Name {
        if raw.is_empty() {
            return Name::NONE;
        }
        match self.raw.get(raw) {
            Some(name) => *name,
            None => self.add(raw),
        }
    }

    #[cold]
    fn add(&mut self, raw: &[u8]) -> Name {
        let name = self.of_text(&decode(raw));
        if name != Name::OTHER {
            self.raw.insert(raw.into(), name);
        }
        name
    }

    /// Returns the name of a text that has no escapes left.
    pub(crate) fn of_text(&mut self, text: &str) -> Name {
        if text.is_empty() {
            return Name::NONE;
        }
        if let Some(name) = self.decoded.get(text) {
            return *name;
        }
        self.insert(text.to_owned())
    }

    fn insert(&mut self, text: String) -> Name {
        if self.texts.len() >= MOST {
            return Name::OTHER;
        }
        let next = Name(self.texts.len() as u32);
        self.texts.push(text.clone());
        self.decoded.insert(text, next);
        next
    }

    pub(crate) fn text(&self, name: Name) -> &str {
        self.texts.get(name.0 as usize).map_or("", String::as_str)
    }
}

/// A text of 1 to 16 bytes: its length, and its bytes with zeros behind them.
type Short = (usize, u128);

/// How many of these, in pairs, and of longer ones are kept.
const RECENT: usize = 64;

/// Returns where it is kept.
#[inline]
fn place((len, bytes): Short) -> usize {
    let word = bytes as u64 ^ (bytes >> 64) as u64 ^ len as u64;
    (word.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - RECENT.ilog2())) as usize
}

/// A text of 16 to 32 bytes: its length, and words that may overlap.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Words(usize, [u64; 4]);

impl Words {
    #[inline]
    fn of(text: &[u8]) -> Option<Self> {
        let (first, last) = (text.first_chunk::<16>()?, text.last_chunk::<16>()?);
        let halves = |bytes: &[u8; 16]| {
            let whole = u128::from_le_bytes(*bytes);
            [whole as u64, (whole >> 64) as u64]
        };
        let ([a, b], [c, d]) = (halves(first), halves(last));
        (text.len() <= 32).then_some(Self(text.len(), [a, b, c, d]))
    }

    /// Returns where it is kept.
    #[inline]
    fn place(&self) -> usize {
        let Self(len, [a, b, c, d]) = self;
        let word = a ^ b.rotate_left(7) ^ c.rotate_left(14) ^ d.rotate_left(21) ^ *len as u64;
        (word.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - RECENT.ilog2())) as usize
    }
}

/// Hashes short texts and numbers quickly. What an attacker writes into a log
/// can slow the viewer down, and nothing else.
pub(crate) type Fast = BuildHasherDefault<FastHasher>;

/// The hasher of [`Fast`].
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct FastHasher(u64);

impl Hasher for FastHasher {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        self.0 = mix(self.0 ^ hash(bytes));
    }

    #[inline]
    fn write_u8(&mut self, _: u8) {
        // The end of a text, which its length has said already.
    }

    #[inline]
    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    #[inline]
    fn write_u64(&mut self, number: u64) {
        self.0 = mix(self.0.rotate_left(5) ^ number);
    }

    #[inline]
    fn write_u128(&mut self, number: u128) {
        self.write_u64(number as u64 ^ (number >> 64) as u64);
    }

    #[inline]
    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    #[inline]
    fn finish(&self) -> u64 {
        self.0
    }
}
