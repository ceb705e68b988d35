//! The data of a scope before it opens: its callsite, its fields, and the id of
//! the caller.

use std::{fmt, mem};

use super::open::Worth;
use crate::{
    callsite::Callsite,
    context::store,
    field::{carried, kept::Kept, limits::Limits, value::Value},
    filter::{self, Threshold},
    id::{IntoTraceId, inherited::Inherited},
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
    pub fn fields(&'static self, write: impl FnOnce(&mut FieldWriter)) -> WithFields {
        self.fields_if(filter::is_anything_on(), write)
    }

    /// Adds fields to a scope that opens at once. `write` is not called if
    /// there is nothing to record.
    #[inline]
    pub fn fields_now(&'static self, write: impl FnOnce(&mut FieldWriter)) -> WithFields {
        self.fields_if(Worth::of(self) != Worth::Nothing, write)
    }

    /// Returns whether [`fields`](Self::fields) would call `write`. Needed for
    /// values with `.await`, which is not possible inside that closure.
    pub fn wants_fields(&'static self) -> bool {
        filter::is_anything_on() && FieldWriter::new(&[]).is_wanted(self)
    }

    /// Returns whether [`fields_now`](Self::fields_now) would call `write`.
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

    /// Returns whether the current output takes any line of a callsite. Sets
    /// the limits to those of that output.
    fn is_wanted(&mut self, callsite: &'static Callsite) -> bool {
        let is_wanted = store::with_output(|output| {
            self.limits = output.style.limits;
            callsite.threshold(output) != Threshold::OFF
        });
        is_wanted.unwrap_or(false)
    }

    /// Returns whether the current output may take lines. Sets the limits to
    /// those of carried fields.
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

    /// Encodes the value of one of the runtime's own keys.
    pub(crate) fn set(&mut self, key: &'static str, value: &Value<'_>) {
        self.fields.add_all(&[key], &[*value], &self.limits);
    }
}
