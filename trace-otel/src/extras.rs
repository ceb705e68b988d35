//! Settings that have no variable.

/// What else is exported, or not.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Extras {
    /// Scopes without a line are not exported.
    pub(crate) only_written: bool,
    /// Requests and steps are log records, too.
    pub(crate) closings_as_logs: bool,
}
