//! Turns a record into one line of JSON. Only this module knows the names of
//! keys.
//!
//! A line is one flat object, in the order listed in `keys`, and ends with a
//! newline. Ids, names and times always fit. If the line would get too long,
//! text is cut and fields are left out, and the line is marked.

mod closing;
mod encoder;
mod fields;
mod head;
pub(crate) mod keys;
mod members;
mod named;
mod names;
mod reserved;
mod tail;

use std::{mem, ops::Range};

#[cfg(feature = "stream")]
pub(crate) use self::keys::ITEMS;
use self::{
    encoder::Encoder,
    fields::{MemberKey, member_key},
};
pub(crate) use self::{
    keys::{GRPC_STATUS, HOST, METHOD, PORT, STATUS, event as event_keys},
    members::{name_member, target_member},
    reserved::{is_reserved, is_text},
};
use crate::{
    buffer::Buffer,
    callsite::LineKind,
    context::Trace,
    failure::Failure,
    field::kept::Kept,
    format::Format,
    id::TraceId,
    json::cursor::Cursor,
    output::{Constant, StaticField, Style},
    record::{Closing, Record, What},
};

/// A line, including its newline.
pub(crate) struct Line {
    pub(crate) text: Cursor,
    pub(crate) parts: Parts,
}

/// The ranges of the message, the failure and the fields of a line: whole
/// members with their keys. The range of a missing part is empty. Carried
/// fields are fields.
#[derive(Debug)]
pub(crate) struct Parts {
    pub(crate) message: Range<usize>,
    pub(crate) failure: Range<usize>,
    pub(crate) fields: Range<usize>,
}

impl Line {
    /// Returns the message as a member, or nothing if it is constant.
    pub(crate) fn message(&self) -> &[u8] {
        self.part(&self.parts.message)
    }

    /// Returns the members of the failure.
    pub(crate) fn failure(&self) -> &[u8] {
        self.part(&self.parts.failure)
    }

    /// Returns the members of the fields, carried ones included.
    pub(crate) fn fields(&self) -> &[u8] {
        self.part(&self.parts.fields)
    }

    /// Returns whether something did not fit.
    pub(crate) fn is_cut(&self) -> bool {
        self.text.text().ends_with(keys::TRUNCATED_END.as_bytes())
    }

    fn part(&self, range: &Range<usize>) -> &[u8] {
        self.text.text().get(range.clone()).unwrap_or_default()
    }
}

/// Writes the line of `record` into the memory of `to`.
#[expect(clippy::inline_always, reason = "so that no record is built in memory")]
#[inline(always)]
pub(crate) fn write(to: Cursor, record: &Record<'_>, style: &Style) -> Line {
    let mut line = Encoder::new(to, style, tail::room(record, style));
    line.head(record);
    let message = line.to.len();
    line.message(record);
    let message = message..line.to.len();
    if let Some(ids) = record.ids {
        line.ids(ids);
    }
    if let Some(id) = w3c_trace_id(record) {
        line.aside(move |line| line.id(keys::W3C_TRACE_ID, id));
    }
    line.origin(record);
    let failure = match record.what {
        What::Closing(closing, verdict) => line.closing(closing, verdict.is_slow),
        What::Event(_) => 0..0,
    };
    let start = line.to.len();
    line.fields(record);
    if let Some(carried) = record.carried {
        line.aside(move |line| line.carried(carried, start));
    }
    let fields = start..line.to.len();
    line.tail(record, start);
    Line { text: line.to, parts: Parts { message, failure, fields } }
}

/// Does the same in the format of `style`. `trace` is the one that the record
/// is part of.
#[inline]
pub(crate) fn formatted(
    to: Cursor,
    record: &Record<'_>,
    trace: Option<&Trace>,
    style: &Style,
) -> Cursor {
    match style.format {
        // Those that read the line back begin with it.
        Format::Json | Format::Console | Format::Logfmt => native(to, record, style),
        Format::Otel => names::otel(to, record, trace, style),
        Format::Ecs => names::ecs(to, record, trace, style),
        Format::Gcp | Format::GcpProject(_) => names::gcp(to, record, trace, style),
        Format::Datadog => names::datadog(to, record, trace, style),
    }
}

/// Does the same without inlining, for a line whose parts nothing else reads.
#[cold]
#[inline(never)]
pub(crate) fn native(to: Cursor, record: &Record<'_>, style: &Style) -> Cursor {
    write(to, record, style).text
}

/// Returns the members that end each line of a format, given the static fields.
pub(crate) fn constants(format: &Format, fields: &[StaticField]) -> Vec<Constant> {
    names::constants(format, fields)
}

/// Returns the key of a field whose name is known only at run time, `,"name":`,
/// or `None` if it is too long. A reserved name is replaced.
pub(crate) fn key(kind: LineKind, name: &str) -> Option<MemberKey> {
    member_key(&reserved::free_name(kind, name, &[]))
}

/// Encodes a failure for a later line.
pub(crate) fn encode_failure(failure: &Failure<'_>, style: &Style) -> Kept {
    let mut buf = Buffer::default();
    let mut line = Encoder::new(mem::take(buf.cursor()), style, 0);
    line.failure(failure);
    *buf.cursor() = line.to;
    buf.note(line.cut);
    Kept::of(buf)
}

#[inline]
fn w3c_trace_id<'a>(record: &Record<'a>) -> Option<&'a TraceId> {
    match record.what {
        What::Closing(Closing { request: Some(request), .. }, _) => request.w3c_trace_id.as_ref(),
        What::Closing(..) | What::Event(_) => None,
    }
}

#[cfg(test)]
mod tests;
