//! The parts of a scope's line, for a scope that has no line.

use crate::{
    buffer::Buffer,
    field::{carried::Carried, kept::Kept},
    json::{cursor::Cursor, members},
    line,
    output::Output,
    record::{Closing, FailureRef, Fields, Record},
};

/// Encodes the failure of a scope, unless that was done earlier.
pub(super) fn encoded_failure(closing: &Closing<'_>, output: &Output) -> Option<Kept> {
    match closing.failure {
        Some(FailureRef::AtHand(failure)) => Some(line::encode_failure(failure, &output.style)),
        Some(FailureRef::Encoded(_)) | None => None,
    }
}

/// Returns the fields that the line would have. If the trace carries some, they
/// are put together in `both`.
pub(super) fn fields_of<'a>(record: &Record<'a>, both: &'a mut Buffer) -> &'a [u8] {
    let Fields::Encoded(own, _) = record.fields else { return &[] };
    let Some(carried) = record.carried else { return own };
    both.cursor().put(own);
    push_carried(both.cursor(), own, carried);
    both
}

fn push_carried(to: &mut Cursor, own: &[u8], carried: &Carried) {
    carried.read(|mut carried, _| {
        while !carried.is_empty() {
            let (member, rest) = members::split_first(carried);
            carried = rest;
            if !members::contain(own, members::key(member)) {
                to.put(member);
            }
        }
    });
}
