//! The page: a snapshot as text.

mod format;
mod number;
mod page;

#[cfg(feature = "gzip")]
pub(crate) use self::format::is_refusal;
pub(crate) use self::{format::Format, page::render};
