//! Knows words: reserved keys, names of secrets, and which word a typo stands
//! for.

pub(crate) mod reserved;
pub(crate) mod secret;
pub(crate) mod suggest;
