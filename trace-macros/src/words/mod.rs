//! What the macros know of words, as text.

pub(crate) mod reserved;
pub(crate) mod secret;
pub(crate) mod suggest;
