//! JSON text (RFC 8259), appended at a cursor.
//!
//! This module writes strings, numbers and times. It knows no lines, keys or
//! spans: `line` decides what is written in which order.

pub(crate) mod cursor;
pub(crate) mod members;
pub(crate) mod number;
pub(crate) mod string;
pub(crate) mod time;
