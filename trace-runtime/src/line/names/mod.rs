//! Lines with the key names of others.

use crate::{context::Trace, json::cursor::Cursor, output::Style, record::Record};

/// Writes the line of `record` with the names of the style's format.
pub(super) fn write(
    to: Cursor,
    record: &Record<'_>,
    _trace: Option<&Trace>,
    style: &Style,
) -> Cursor {
    super::write(to, record, style).text
}
