//! What is known of a scope before it opens: its callsite, its fields, the
//! id that was asked for.

use std::fmt;

use crate::{
    IntoTraceId, Limits, Value,
    callsite::Callsite,
    context::store,
    fields::Fields,
    filter::{self, Threshold},
    inherited::Inherited,
    output::OutputRef,
};

/// What is known of a scope before it opens.
pub struct Opening {
    pub(super) callsite: &'static Callsite,
    pub(super) fields: Fields,
    pub(super) inherited: Inherited,
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
        Opening { callsite: self, fields: Fields::default(), inherited: Inherited::default() }
    }
}

impl Callsite {
    /// Adds fields: `write` is called at once, so that arguments may be moved
    /// afterwards, or not at all if not even an error would be written.
    pub fn fields(&'static self, write: impl FnOnce(&mut FieldWriter<'_>)) -> Opening {
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
        self.inherited = id.into_inherited();
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
pub struct FieldWriter<'a> {
    keys: &'static [&'static str],
    fields: &'a mut Fields,
    limits: Limits,
}

impl FieldWriter<'_> {
    /// Encodes values, in the order of the callsite's keys.
    pub fn write(&mut self, values: &[Value<'_>]) {
        for (key, value) in self.keys.iter().zip(values) {
            self.fields.add(key.as_bytes(), *value, &self.limits);
        }
    }
}

fn encode(callsite: &'static Callsite, write: impl FnOnce(&mut FieldWriter<'_>)) -> Fields {
    let mut fields = Fields::default();
    if let Some(output) = wanting(callsite) {
        let (keys, limits) = (callsite.facts.text.keys, output.style.limits);
        write(&mut FieldWriter { keys, fields: &mut fields, limits });
    }
    fields
}

/// Returns the output, if it wants any line of this callsite.
fn wanting(callsite: &Callsite) -> Option<OutputRef> {
    if !filter::is_anything_on() {
        return None;
    }
    let output = store::here().output?;
    (callsite.threshold(&output) != Threshold::OFF).then_some(output)
}
