//! Expands the macros that add to an open scope: to its fields, or to a sum.

pub(crate) mod count;
pub(crate) mod record;
