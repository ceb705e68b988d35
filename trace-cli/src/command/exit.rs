//! How an answer went.

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
