//! The kind of the current context, which is known without a look at it.

use super::owner::Owner;

/// The kind of a context: one byte of flags.
#[derive(Clone, Copy)]
pub(crate) struct Place(u8);

impl Place {
    pub(super) const NOWHERE: Self = Self(0);
    /// The end of the thread is watched: so it is wherever a context was set.
    const WATCHED: u8 = 1;
    const TRACE: u8 = 2;
    const CAPTURED: u8 = 4;
    /// Something is current that was entered by a token, above the slot.
    const ENTERED: u8 = 8;

    #[inline]
    pub(crate) fn of(owner: &Owner) -> Self {
        let trace = if owner.trace().is_some() { Self::TRACE } else { 0 };
        let captured = if owner.captured().is_some() { Self::CAPTURED } else { 0 };
        Self(Self::WATCHED | trace | captured)
    }

    /// Returns the same, now that the end of the thread is watched.
    #[inline]
    pub(super) fn and_watched(self) -> Self {
        Self(self.0 | Self::WATCHED)
    }

    /// Returns the place of something with this owner that was entered by a token.
    #[inline]
    pub(super) fn and_entered(self) -> Self {
        Self(self.0 | Self::ENTERED)
    }

    /// Returns whether something is current that was entered by a token.
    #[inline]
    pub(super) fn is_entered(self) -> bool {
        self.has(Self::ENTERED)
    }

    #[inline]
    fn has(self, flag: u8) -> bool {
        self.0 & flag != 0
    }

    /// Returns whether lines belong to a trace.
    #[inline]
    pub(crate) fn has_trace(self) -> bool {
        self.has(Self::TRACE)
    }

    /// Returns whether lines go to the output of a capture instead of the
    /// process's.
    #[inline]
    pub(crate) fn is_captured(self) -> bool {
        self.has(Self::CAPTURED)
    }

    /// Returns whether the slot is current, and belongs to a trace whose lines go
    /// to the output of the process.
    #[inline]
    pub(super) fn is_usual(self) -> bool {
        self.0 == Self::WATCHED | Self::TRACE
    }

    /// Returns whether the slot is current, and may be looked at. It is the case
    /// nearly always, so this is one check for two questions.
    #[inline]
    pub(super) fn is_plain(self) -> bool {
        self.0 & (Self::WATCHED | Self::ENTERED) == Self::WATCHED
    }
}
