//! What is known of a scope before it opens: its callsite, its fields, the
//! id that was asked for.

use std::{fmt, mem};

use super::open::Worth;
use crate::{
    callsite::Callsite,
    context::store,
    field::{carried, kept::Kept, limits::Limits, value::Value},
    filter::{self, Threshold},
    id::{IntoTraceId, inherited::Inherited},
};

/// What is known of a scope before it opens. A future holds it until it is
/// polled, and no more than it has to: a callsite alone, with fields, or with
/// fields and an id.
pub trait Opening: Sized {
    /// The same in a type without lifetimes. rustc does not know of a lifetime
    /// in the type of a future whether it is `'static` when it asks whether
    /// another future, which awaits the first, is `Send`.
    type Stored: Opening;

    /// Returns what a future holds until it is polled.
    fn stored(self) -> Self::Stored;

    /// Returns the place in the code.
    fn callsite(&self) -> &'static Callsite;

    /// Returns the fields, and leaves none.
    fn take_fields(&mut self) -> Kept {
        Kept::default()
    }

    /// Returns what a request takes over, if it is given.
    fn take_inherited(&mut self) -> Option<Inherited> {
        None
    }

    /// Returns the fields for its trace to carry, and leaves none.
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

/// A callsite with an id to take, and fields.
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
    /// Adds fields: `write` is called at once, so that arguments may be moved
    /// afterwards, or not at all if not even an error would be written.
    pub fn fields(&'static self, write: impl FnOnce(&mut FieldWriter)) -> WithFields {
        self.fields_if(filter::is_anything_on(), write)
    }

    /// The same for a scope that opens at once: nor is `write` called where
    /// that is not worth it.
    #[inline]
    pub fn fields_now(&'static self, write: impl FnOnce(&mut FieldWriter)) -> WithFields {
        self.fields_if(Worth::of(self) != Worth::Nothing, write)
    }

    /// Returns whether [`fields`](Self::fields) would call what it is given: asked
    /// where a value is awaited, which it cannot be in there.
    pub fn wants_fields(&'static self) -> bool {
        filter::is_anything_on() && FieldWriter::new(&[]).is_wanted(self)
    }

    /// The same for [`fields_now`](Self::fields_now).
    pub fn wants_fields_now(&'static self) -> bool {
        Worth::of(self) != Worth::Nothing && self.wants_fields()
    }

    #[inline]
    fn fields_if(
        &'static self,
        is_wanted: bool,
        write: impl FnOnce(&mut FieldWriter),
    ) -> WithFields {
        let mut writer = FieldWriter::new(self.facts.text.keys);
        if is_wanted && writer.is_wanted(self) {
            write(&mut writer);
        }
        let fields = writer.fields;
        WithFields { callsite: self, fields }
    }

    /// Adds the id to take, if it is acceptable.
    pub fn trace_id(&'static self, id: impl IntoTraceId) -> WithId {
        WithId { callsite: self, fields: Kept::default(), inherited: id.into_inherited() }
    }
}

impl WithFields {
    /// Adds the id to take, if it is acceptable.
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

/// Takes the values of a scope's fields.
#[derive(Debug)]
pub struct FieldWriter {
    keys: &'static [&'static str],
    fields: Kept,
    limits: Limits,
}

impl FieldWriter {
    #[inline]
    pub(super) fn new(keys: &'static [&'static str]) -> Self {
        Self { keys, fields: Kept::default(), limits: Limits::new() }
    }

    /// Returns whether any line of a callsite is wanted where lines go that are
    /// written here; if so, the limits are those of there.
    fn is_wanted(&mut self, callsite: &'static Callsite) -> bool {
        let is_wanted = store::with_output(|output| {
            self.limits = output.style.limits;
            callsite.threshold(output) != Threshold::OFF
        });
        is_wanted.unwrap_or(false)
    }

    /// Takes fields to be carried, if there is anywhere that a line could go.
    pub(super) fn is_carried(&mut self) -> bool {
        let limits = store::with_output(|output| carried::limits(output.style.limits));
        self.limits = limits.unwrap_or_default();
        limits.is_some() && filter::is_anything_on()
    }

    pub(super) fn into_fields(self) -> Kept {
        self.fields
    }

    /// Encodes values, in the order of the callsite's keys.
    pub fn write(&mut self, values: &[Value<'_>]) {
        self.fields.add_all(self.keys, values, &self.limits);
    }

    /// Encodes the value of a key of the runtime's own.
    pub(crate) fn set(&mut self, key: &'static str, value: &Value<'_>) {
        self.fields.add_all(&[key], &[*value], &self.limits);
    }
}
