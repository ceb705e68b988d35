//! The options of the attributes and of `step!`.

pub(crate) mod args;
pub(crate) mod error_text;
mod kind;
mod level;
pub(crate) mod reading;
mod slow;
