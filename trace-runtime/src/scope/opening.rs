//! What is known of a scope before it opens: its callsite, its fields, the
//! id that was asked for.

use std::{fmt, sync::Arc};

use crate::{
    Context, IntoTraceId, Limits, Value,
    callsite::Callsite,
    context::{Held, Owner, Trace},
    fields::Fields,
    filter::{self, Threshold},
    inherited::Inherited,
};

/// What is known of a scope before it opens.
pub struct Opening {
    pub(super) callsite: &'static Callsite,
    pub(super) fields: Fields,
    pub(super) inherited: Inherited,
}

/// A callsite with fields.
#[derive(Debug)]
pub struct WithFields {
    callsite: &'static Callsite,
    fields: Fields,
}

/// What a future holds until it is polled, and no more than it has to: a
/// callsite alone, with fields, or with fields and an id.
pub trait IntoOpening {
    /// Returns what is known of the scope.
    fn into_opening(self) -> Opening;
}

impl IntoOpening for Opening {
    fn into_opening(self) -> Opening {
        self
    }
}

impl IntoOpening for WithFields {
    fn into_opening(self) -> Opening {
        Opening { fields: self.fields, ..self.callsite.into_opening() }
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
    pub fn fields(&'static self, write: impl FnOnce(&mut FieldWriter<'_>)) -> WithFields {
        WithFields { callsite: self, fields: encode(self, write) }
    }

    /// Adds the id to take, if it is acceptable.
    pub fn trace_id(&'static self, id: impl IntoTraceId) -> Opening {
        Opening { inherited: id.into_inherited(), ..self.into_opening() }
    }
}

impl WithFields {
    /// Adds the id to take, if it is acceptable.
    #[must_use]
    pub fn trace_id(self, id: impl IntoTraceId) -> Opening {
        Opening { inherited: id.into_inherited(), ..self.into_opening() }
    }
}

impl Opening {
    /// Makes the trace of a request.
    pub(crate) fn into_trace(self, held: Held, outer: &Owner) -> Arc<Trace> {
        let output = outer.own_output().cloned();
        Trace::new(self.inherited, held, self.fields, output).into()
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
    if let Some(limits) = limits_where_wanted(callsite) {
        let keys = callsite.facts.text.keys;
        write(&mut FieldWriter { keys, fields: &mut fields, limits });
    }
    fields
}

/// Returns the limits of the output, if it wants any line of this callsite.
fn limits_where_wanted(callsite: &Callsite) -> Option<Limits> {
    if !filter::is_anything_on() {
        return None;
    }
    let context = Context::current();
    let output = context.output()?;
    (callsite.threshold(output) != Threshold::OFF).then_some(output.style.limits)
}
