//! JSON text (RFC 8259), written at a cursor.
//!
//! Letters, numbers and times. It has never heard of lines, keys or spans:
//! what is written in which order is the business of `line`.

pub(crate) mod cursor;
pub(crate) mod members;
pub(crate) mod number;
pub(crate) mod string;
pub(crate) mod time;
