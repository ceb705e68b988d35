//! How background mode is set up.

use crate::error::{Error, Kind};

/// Writes lines from a thread of its own, for
/// [`Builder::background`](crate::Builder::background).
///
/// # Examples
///
/// ```
/// use trace_runtime::{Background, Overflow};
///
/// let settings = Background::new().capacity(1 << 20).overflow(Overflow::Block);
/// assert_ne!(settings, Background::default());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Background {
    pub(super) capacity: usize,
    pub(super) overflow: Overflow,
}

/// What becomes of a line when the buffer is full.
///
/// Nothing that was taken is ever thrown away to make room: the first lines
/// of an incident matter most. The last quarter of the buffer is kept for
/// WARN, ERROR and request lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Overflow {
    /// Waits until the buffer is half empty, as long as the sink takes an eighth
    /// of it every 50 ms: at most 200 ms. Where the sink takes less it is stalled:
    /// that costs a caller 50 ms once, and then new lines are dropped at once, and
    /// counted, until the buffer is half empty. (Where the writer itself has no
    /// turn on a busy machine, the sink is not stalled; Linux says so.)
    #[default]
    BlockThenDrop,
    /// Waits until the buffer is half empty, however long.
    Block,
    /// Drops new lines at once, and counts them, until the buffer is half
    /// empty again.
    DropNew,
}

impl Default for Background {
    /// A buffer of 4 MiB, and [`Overflow::BlockThenDrop`].
    fn default() -> Self {
        Self::new()
    }
}

impl Background {
    /// More than that is a mistake in the unit.
    const MOST: usize = 1 << 30;

    /// Returns the settings that [`Background::default`] names.
    pub const fn new() -> Self {
        Self { capacity: 4 << 20, overflow: Overflow::BlockThenDrop }
    }

    /// Bounds the bytes of all lines that wait or are being written: at least
    /// 64 KiB and eight times the longest line, at most 1 GiB.
    pub const fn capacity(mut self, bytes: usize) -> Self {
        self.capacity = bytes;
        self
    }

    /// Says what becomes of a line when the buffer is full.
    pub const fn overflow(mut self, overflow: Overflow) -> Self {
        self.overflow = overflow;
        self
    }

    /// Refuses a buffer into which not even a few lines would fit.
    pub(crate) fn check(self, longest_line: usize) -> Result<Self, Error> {
        let least = longest_line.saturating_mul(8).max(64 * 1024);
        if (least..=Self::MOST).contains(&self.capacity) {
            return Ok(self);
        }
        Err(Kind::Limit { name: "capacity", least, most: Self::MOST }.into())
    }
}
