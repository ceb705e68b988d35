//! The record of a line that was made: the same facts, without user code.
//!
//! Formatting a value may run code of the user's, which should run once for
//! each record. So where a record needs two lines, the second one is made of
//! what stands on the first one.

use crate::{
    buffer::Buffer,
    field::kept::Kept,
    line::Line,
    record::{Closing, FailureRef, Fields, Message, Record, What},
};

/// Calls `write` with a record that has the message, the failure and the fields
/// of its line as text.
pub(super) fn with(line: &Line, record: &Record<'_>, write: impl FnOnce(&Record<'_>)) {
    let (fields, is_cut) = (line.fields(), line.is_cut());
    let failure = kept(line.failure(), is_cut);
    // Carried fields are among the fields.
    let again = Record { fields: Fields::Encoded(fields, is_cut), carried: None, ..*record };
    match record.what {
        What::Event(_) => {
            let message = std::str::from_utf8(line.message()).unwrap_or_default();
            write(&Record { what: What::Event(Message::Constant(message)), ..again });
        }
        What::Closing(closing, verdict) => {
            let failure = closing.failure.map(|_| FailureRef::Encoded(&failure));
            let closing = Closing { failure, ..*closing };
            write(&Record { what: What::Closing(&closing, verdict), ..again });
        }
    }
}

fn kept(members: &[u8], is_cut: bool) -> Kept {
    let mut buffer = Buffer::default();
    buffer.cursor().put(members);
    buffer.note(is_cut);
    Kept::of(buffer)
}
