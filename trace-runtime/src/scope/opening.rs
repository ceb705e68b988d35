//! The data of a scope before it opens: its callsite, its fields, and the id of
//! the caller.

use std::{fmt, mem, sync::Arc};

use super::open::Worth;
use crate::{
    callsite::Callsite,
    context::{Captured, store},
    field::{causes, kept::Kept, limits::Limits, value::Value},
    filter::{self, Threshold},
    id::{IntoTraceId, inherited::Inherited},
    output,
};

/// The data of a scope before it opens. A future keeps it until the first poll,
/// so there are types for a callsite alone, with fields, and with fields and an
/// id.
pub trait Opening: Sized {
    /// The same data in a type without lifetimes. When rustc checks whether a
    /// future that awaits this one is `Send`, it does not know which lifetimes
    /// are `'static`.
    type Stored: Opening;

    /// Returns the data that a future keeps until it is polled.
    fn stored(self) -> Self::Stored;

    /// Returns the callsite.
    fn callsite(&self) -> &'static Callsite;

    /// Takes the fields out.
    fn take_fields(&mut self) -> Kept {
        Kept::default()
    }

    /// Returns what a request takes over from its caller, if anything was
    /// given.
    fn take_inherited(&mut self) -> Option<Inherited> {
        None
    }

    /// Takes out the fields for its trace to carry.
    fn take_carried(&mut self) -> Kept {
        Kept::default()
    }
}

/// A callsite alone.
#[derive(Clone, Copy, Debug)]
pub struct Place(&'static Callsite);

/// A callsite with fields.
#[derive(Debug)]
pub struct WithFields {
    callsite: &'static Callsite,
    fields: Kept,
}

/// A callsite with the id of the caller, and fields.
pub struct WithId {
    callsite: &'static Callsite,
    fields: Kept,
    inherited: Inherited,
}

impl Opening for &'static Callsite {
    type Stored = Place;

    fn stored(self) -> Place {
        Place(self)
    }

    fn callsite(&self) -> &'static Callsite {
        self
    }
}

impl Opening for Place {
    type Stored = Self;

    fn stored(self) -> Self {
        self
    }

    fn callsite(&self) -> &'static Callsite {
        self.0
    }
}

impl Opening for WithFields {
    type Stored = Self;

    fn stored(self) -> Self {
        self
    }

    fn callsite(&self) -> &'static Callsite {
        self.callsite
    }

    fn take_fields(&mut self) -> Kept {
        mem::take(&mut self.fields)
    }
}

impl Opening for WithId {
    type Stored = Self;

    fn stored(self) -> Self {
        self
    }

    fn callsite(&self) -> &'static Callsite {
        self.callsite
    }

    fn take_fields(&mut self) -> Kept {
        mem::take(&mut self.fields)
    }

    fn take_inherited(&mut self) -> Option<Inherited> {
        Some(mem::take(&mut self.inherited))
    }
}

impl Callsite {
    /// Adds fields. `write` is called at once, so that the arguments can be
    /// moved afterwards. It is not called if not even an error would be
    /// written.
    pub fn fields(&'static self, write: impl FnOnce(&mut FieldWriter<'_>)) -> WithFields {
        self.fields_if(filter::is_anything_on(), write)
    }

    /// Adds fields to a scope that opens at once. `write` is not called if
    /// there is nothing to record.
    #[inline]
    pub fn fields_now(&'static self, write: impl FnOnce(&mut FieldWriter<'_>)) -> WithFields {
        self.fields_if(Worth::of(self) != Worth::Nothing, write)
    }

    /// Returns whether [`fields`](Self::fields) would call `write`. Needed for
    /// values with `.await`, which is not possible inside that closure.
    pub fn wants_fields(&'static self) -> bool {
        filter::is_anything_on() && Limiting::here().limits(self).is_some()
    }

    /// Returns whether [`fields_now`](Self::fields_now) would call `write`.
    pub fn wants_fields_now(&'static self) -> bool {
        Worth::of(self) != Worth::Nothing && self.wants_fields()
    }

    #[inline]
    fn fields_if(
        &'static self,
        is_wanted: bool,
        write: impl FnOnce(&mut FieldWriter<'_>),
    ) -> WithFields {
        let fields = if is_wanted { encode(self, write) } else { Kept::default() };
        WithFields { callsite: self, fields }
    }

    /// Adds the id of the caller, if it is acceptable.
    pub fn trace_id(&'static self, id: impl IntoTraceId) -> WithId {
        WithId { callsite: self, fields: Kept::default(), inherited: id.into_inherited() }
    }
}

impl WithFields {
    /// Adds the id of the caller, if it is acceptable.
    pub fn trace_id(self, id: impl IntoTraceId) -> WithId {
        let Self { callsite, fields } = self;
        WithId { callsite, fields, inherited: id.into_inherited() }
    }
}

impl fmt::Debug for WithId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WithId").field("callsite", &self.callsite).finish_non_exhaustive()
    }
}

/// Receives the values of a scope's fields.
#[derive(Debug)]
pub struct FieldWriter<'a> {
    pub(super) keys: &'static [&'static str],
    pub(super) fields: &'a mut Kept,
    pub(super) limits: &'a Limits,
}

impl FieldWriter<'_> {
    /// Encodes values, in the order of the callsite's keys.
    pub fn write(&mut self, values: &[Value<'_>]) {
        for (key, value) in self.keys.iter().zip(values) {
            self.fields.add(key.as_bytes(), value, self.limits);
            if let Some((key, first)) = causes::beside(key, value, self.keys) {
                self.fields.add_causes(&key, first, self.limits);
            }
        }
    }

    /// Encodes the value of one of the runtime's own keys.
    pub(crate) fn set(&mut self, key: &'static str, value: &Value<'_>) {
        self.fields.add(key.as_bytes(), value, self.limits);
    }
}

fn encode(callsite: &'static Callsite, write: impl FnOnce(&mut FieldWriter<'_>)) -> Kept {
    let (mut fields, here) = (Kept::default(), Limiting::here());
    if let Some(limits) = here.limits(callsite) {
        let keys = callsite.facts.text.keys;
        write(&mut FieldWriter { keys, fields: &mut fields, limits });
    }
    fields
}

/// Keeps the output alive whose limits apply while foreign code runs.
struct Limiting(Option<Arc<Captured>>);

impl Limiting {
    #[inline]
    fn here() -> Self {
        Self(store::captured())
    }

    /// Returns the limits of the output, if it takes any line of this callsite.
    fn limits(&self, callsite: &Callsite) -> Option<&Limits> {
        let output = match &self.0 {
            Some(captured) => &captured.output,
            None => output::process_for_line()?,
        };
        (callsite.threshold(output) != Threshold::OFF).then_some(&output.style.limits)
    }
}
