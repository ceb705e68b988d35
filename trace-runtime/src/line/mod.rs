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
mod keys;
mod members;
mod named;
mod reserved;
mod tail;

#[cfg(feature = "stream")]
pub(crate) use self::keys::ITEMS;
use self::{encoder::Encoder, fields::member_key};
pub(crate) use self::{
    keys::{GRPC_STATUS, HOST, METHOD, STATUS, event as event_keys},
    members::{name_member, target_member},
    reserved::{is_reserved, is_text},
};
use crate::{
    buffer::Buffer,
    callsite::LineKind,
    failure::Failure,
    field::kept::Kept,
    id::TraceId,
    output::Style,
    record::{Closing, Record, What},
};

/// Appends the line of `record`, including its newline.
pub(crate) fn write(buf: &mut Vec<u8>, record: &Record<'_>, style: &Style) {
    let mut line = Encoder::new(buf, style, tail::room(record, style));
    line.head(record);
    if let Some(ids) = &record.ids {
        line.ids(ids);
    }
    if let Some(id) = w3c_trace_id(record) {
        line.id(keys::W3C_TRACE_ID, id);
    }
    line.origin(record);
    if let What::Closing(closing, verdict) = &record.what {
        line.closing(closing, verdict.is_slow);
    }
    let fields = line.buf.len();
    line.fields(record);
    if let Some(carried) = record.carried {
        line.carried(carried, fields);
    }
    line.tail(record, fields);
}

/// Returns the key of a field whose name is known only at run time, `,"name":`,
/// or `None` if it is too long. A reserved name is replaced.
pub(crate) fn key(kind: LineKind, name: &str) -> Option<Vec<u8>> {
    member_key(&reserved::free_name(kind, name, &[]))
}

/// Encodes a failure for a later line.
pub(crate) fn encode_failure(failure: &Failure<'_>, style: &Style) -> Kept {
    let mut buf = Buffer::default();
    let mut line = Encoder::new(buf.vec(), style, 0);
    line.failure(failure);
    let cut = line.cut;
    buf.note(cut);
    Kept::of(buf)
}

fn w3c_trace_id<'a>(record: &'a Record<'_>) -> Option<&'a TraceId> {
    match &record.what {
        What::Closing(Closing { request: Some(request), .. }, _) => request.w3c_trace_id.as_ref(),
        What::Closing(..) | What::Event(_) => None,
    }
}

#[cfg(test)]
mod tests;
