//! Chooses what writes a record: the line's own encoders, or those that read
//! the line back.

use crate::{
    console,
    context::Trace,
    format::Format,
    json::cursor::Cursor,
    line::{self, Line},
    logfmt,
    output::Style,
    record::Record,
};

/// Writes a record in the format of `style`, into the memory of `to`. `trace`
/// is the one that the record is part of.
#[cold]
#[inline(never)]
pub(super) fn formatted(
    to: Cursor,
    record: &Record<'_>,
    trace: Option<&Trace>,
    style: &Style,
) -> Cursor {
    if !matches!(style.format, Format::Console | Format::Logfmt) {
        return line::formatted(to, record, trace, style);
    }
    let line = line::write(Cursor::default(), record, style);
    read_back(to, &line, record, style).unwrap_or(line.text)
}

/// Does the same for a record whose line is made, in a format that is made of
/// that alone.
pub(super) fn read_back(
    to: Cursor,
    line: &Line,
    record: &Record<'_>,
    style: &Style,
) -> Option<Cursor> {
    match style.format {
        Format::Console => Some(console::write(to, line, record, style)),
        Format::Logfmt => Some(logfmt::write(to, line, record.level, style)),
        Format::Json
        | Format::Otel
        | Format::Ecs
        | Format::Gcp
        | Format::GcpProject(_)
        | Format::Datadog => None,
    }
}
