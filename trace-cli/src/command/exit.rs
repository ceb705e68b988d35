//! How an answer went.

use crate::source::Complaints;

/// What a run of the program amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    Found,
    Nothing,
    /// A log could not be read, or the question has several answers.
    Wrong,
    /// Something slowed down by more than was allowed.
    Slower,
}

impl Exit {
    /// Returns how it went, given whether there was anything to show.
    pub(super) fn found(is_any: bool) -> Self {
        if is_any { Self::Found } else { Self::Nothing }
    }

    /// Returns the same, unless a log could not be read.
    pub(super) fn after(self, complaints: &Complaints) -> Self {
        if complaints.is_empty() { self } else { Self::Wrong }
    }
}
