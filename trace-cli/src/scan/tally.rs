//! Counts what a log holds.

use std::ops::AddAssign;

use crate::line::{Kind, Piece};

/// How many pieces of each kind there were.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) requests: u64,
    pub(crate) steps: u64,
    pub(crate) events: u64,
    pub(crate) other: u64,
    pub(crate) broken: u64,
    /// Lines that held bytes that are zero.
    pub(crate) with_nul: u64,
    /// Files that end in the middle of a line or of a compressed block.
    pub(crate) cut: u64,
}

impl Tally {
    pub(crate) fn lines(&self) -> u64 {
        self.requests + self.steps + self.events + self.other + self.broken
    }

    #[inline]
    pub(crate) fn count(&mut self, piece: &Piece<'_>) {
        let of = match piece {
            Piece::Line(line) => match line.kind() {
                Kind::Event => &mut self.events,
                Kind::Step => &mut self.steps,
                Kind::Request | Kind::Job => &mut self.requests,
            },
            Piece::Other => &mut self.other,
            Piece::Broken => &mut self.broken,
        };
        *of += 1;
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.requests += other.requests;
        self.steps += other.steps;
        self.events += other.events;
        self.other += other.other;
        self.broken += other.broken;
        self.with_nul += other.with_nul;
        self.cut += other.cut;
    }
}
