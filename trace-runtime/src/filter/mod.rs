//! Decides which lines are written, by directives such as
//! `info,my_crate::db=trace`.
//!
//! A filter knows targets and levels. `directives` parses it, and `suggest`
//! finds what an invalid directive probably meant. `lowest` holds the lowest
//! level that any filter of the process takes, and whether anything is observed;
//! it is checked first. `watch` notices a filter that matches nothing.

mod change;
mod directives;
mod lowest;
mod remembered;
mod suggest;
#[cfg(test)]
mod tests;
mod watch;

use std::{env, fmt};

pub(crate) use self::{
    change::changed,
    lowest::{
        InForce, Observed, is_anything_on, is_everything_timed, is_first_without_any, may_pass,
    },
    remembered::{remember, remembered},
    watch::{Asking, Finding, Watch},
};
pub use self::{change::on_filter_change, lowest::max_level};
use crate::{error::Error, level::Level};

/// The least severe level that passes; a number above all levels means "off".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Threshold(u8);

impl Threshold {
    pub(crate) const OFF: Self = Self(Level::Error as u8 + 1);

    pub(crate) const fn from(level: Level) -> Self {
        Self(level as u8)
    }

    pub(crate) const fn passes(self, level: Level) -> bool {
        level as u8 >= self.0
    }

    const fn to_bits(self) -> u32 {
        self.0 as u32
    }

    const fn from_bits(bits: u32) -> Self {
        Self((bits & 7) as u8)
    }
}

/// What is made of the lines of one target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Thresholds {
    /// Lines that are written at once.
    pub(crate) written: Threshold,
    /// The same and, below it, lines that a request may hold.
    pub(crate) held: Threshold,
}

impl Thresholds {
    pub(crate) fn new(written: Threshold, held: Option<Threshold>) -> Self {
        Self { written, held: held.map_or(written, |held| held.min(written)) }
    }

    /// Returns whether a line is made at this level; `holds` answers, where it
    /// matters, whether it would be held.
    #[inline]
    pub(crate) fn pass(self, level: Level, holds: impl FnOnce() -> bool) -> bool {
        self.written.passes(level) || (self.held.passes(level) && holds())
    }

    /// Returns six bits, to be stored beside other data.
    pub(crate) const fn to_bits(self) -> u32 {
        self.held.to_bits() << 3 | self.written.to_bits()
    }

    pub(crate) const fn from_bits(bits: u32) -> Self {
        Self { written: Threshold::from_bits(bits), held: Threshold::from_bits(bits >> 3) }
    }
}

/// Parsed directives: a threshold for each target, and one for the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Filter {
    rest: Threshold,
    /// Longest target first.
    targets: Vec<(String, Threshold)>,
}

impl Filter {
    /// A filter that takes everything at `level` or above.
    pub(crate) fn at(level: Level) -> Self {
        Self { rest: Threshold::from(level), targets: Vec::new() }
    }

    /// Returns the filter in `RUST_LOG` and the errors in it, or `info` if the
    /// variable is not set.
    pub(crate) fn from_env() -> (Self, Vec<Error>) {
        match env::var_os("RUST_LOG") {
            Some(directives) => Self::parse_lenient(&directives.to_string_lossy()),
            None => (Self::at(Level::Info), Vec::new()),
        }
    }

    /// Returns the threshold for a target.
    pub(crate) fn threshold(&self, target: &str) -> Threshold {
        self.targets
            .iter()
            .find(|(prefix, _)| is_at_or_below(target, prefix))
            .map_or(self.rest, |(_, threshold)| *threshold)
    }

    /// Returns the lowest threshold of any target.
    pub(crate) fn lowest(&self) -> Threshold {
        let targets = self.targets.iter().map(|(_, threshold)| *threshold);
        targets.fold(self.rest, Threshold::min)
    }

    /// Returns whether it lets nothing through, whatever the target.
    pub(crate) fn is_off(&self) -> bool {
        self.lowest() == Threshold::OFF
    }
}

/// Writes the directives.
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (target, threshold) in &self.targets {
            write!(f, "{target}={threshold},")?;
        }
        write!(f, "{}", self.rest)
    }
}

impl fmt::Display for Threshold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let levels = [Level::Trace, Level::Debug, Level::Info, Level::Warn, Level::Error];
        let level = levels.into_iter().find(|level| Self::from(*level) == *self);
        f.write_str(&level.map_or("off", Level::as_str).to_ascii_lowercase())
    }
}

fn is_at_or_below(target: &str, module: &str) -> bool {
    target.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with("::"))
}
