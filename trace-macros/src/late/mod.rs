//! The macros that add to a scope which is open.

pub(crate) mod count;
pub(crate) mod record;
