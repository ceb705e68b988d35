//! What is known of a scope before it opens: its callsite, its fields, the
//! id that was asked for.

use std::fmt;

use crate::{
    IntoTraceId, Rejected, TraceId, Value,
    buffer::Buffer,
    callsite::Callsite,
    context::store,
    field::{self, Fit, Room},
    filter::{self, Threshold},
    output::OutputRef,
    record,
};

/// What is known of a scope before it opens.
pub struct Opening {
    pub(super) callsite: &'static Callsite,
    pub(super) fields: Option<Encoded>,
    pub(super) trace_id: Result<Option<TraceId>, Rejected>,
}

/// A callsite alone, or one with fields and an id.
pub trait IntoOpening {
    /// Returns what is known of the scope.
    fn into_opening(self) -> Opening;
}

impl IntoOpening for Opening {
    fn into_opening(self) -> Opening {
        self
    }
}

impl IntoOpening for &'static Callsite {
    fn into_opening(self) -> Opening {
        Opening { callsite: self, fields: None, trace_id: Ok(None) }
    }
}

impl Callsite {
    /// Adds fields: `write` is called at once, so that arguments may be moved
    /// afterwards, or not at all if not even an error would be written.
    pub fn fields(&'static self, write: impl FnOnce(&mut Fields<'_>)) -> Opening {
        let mut opening = self.into_opening();
        opening.fields = encode(self, write);
        opening
    }

    /// Adds the id to take, if it is acceptable.
    pub fn trace_id(&'static self, id: impl IntoTraceId) -> Opening {
        self.into_opening().trace_id(id)
    }
}

impl Opening {
    /// Adds the id to take, if it is acceptable.
    #[must_use]
    pub fn trace_id(mut self, id: impl IntoTraceId) -> Self {
        self.trace_id = id.into_trace_id();
        self
    }
}

impl fmt::Debug for Opening {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Opening").field("callsite", &self.callsite).finish_non_exhaustive()
    }
}

/// Takes the values of a scope's fields.
#[derive(Debug)]
pub struct Fields<'a> {
    keys: &'static [&'static [u8]],
    encoded: &'a mut Encoded,
    room: Room,
}

impl Fields<'_> {
    /// Encodes values, in the order of the callsite's keys.
    pub fn write(&mut self, values: &[Value<'_>]) {
        for (key, value) in self.keys.iter().zip(values) {
            let fit = field::push(&mut self.encoded.members, key, *value, self.room);
            self.encoded.cut |= fit == Fit::Cut;
        }
    }
}

/// Fields as JSON members: `,"id":7,"name":"x"`.
#[derive(Debug)]
pub(super) struct Encoded {
    members: Buffer,
    cut: bool,
}

impl Encoded {
    pub(super) fn as_fields(&self) -> record::Fields<'_> {
        record::Fields::Encoded(&self.members, self.cut)
    }
}

fn encode(callsite: &'static Callsite, write: impl FnOnce(&mut Fields<'_>)) -> Option<Encoded> {
    let output = wanting(callsite)?;
    let limits = output.style.limits;
    let room = Room { end: limits.line, value: limits.value };
    let mut encoded = Encoded { members: Buffer::take(), cut: false };
    write(&mut Fields { keys: callsite.facts.text.keys, encoded: &mut encoded, room });
    Some(encoded)
}

/// Returns the output, if it wants any line of this callsite.
fn wanting(callsite: &Callsite) -> Option<OutputRef> {
    if !filter::is_anything_on() {
        return None;
    }
    let output = store::here().output?;
    (callsite.threshold(&output) != Threshold::OFF).then_some(output)
}
