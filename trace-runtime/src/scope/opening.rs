//! The data of a scope before it opens: its callsite, its fields, and the id of
//! the caller.

use std::{fmt, mem};

use super::open::Worth;
use crate::{
    callsite::Callsite,
    context::store,
    field::{kept::Kept, value::Value},
    filter::{self, Threshold},
    id::{IntoTraceId, inherited::Inherited},
    output::Output,
};

/// The data of a scope before it opens. A future keeps it until the first poll,
/// so there are types for a callsite alone, with fields, and with fields and an
/// id.
pub trait Opening: Sized {
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
///
/// A type without lifetimes: when rustc checks whether a future that awaits a
/// scope is `Send`, it does not know which lifetimes are `'static`.
#[derive(Clone, Copy, Debug)]
pub struct Place(pub &'static Callsite);

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

impl Opening for Place {
    fn callsite(&self) -> &'static Callsite {
        self.0
    }
}

impl Opening for WithFields {
    fn callsite(&self) -> &'static Callsite {
        self.callsite
    }

    fn take_fields(&mut self) -> Kept {
        mem::take(&mut self.fields)
    }
}

impl Opening for WithId {
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

impl Place {
    /// Returns whether the fields of a scope have to be evaluated: whether the
    /// current output takes any line of its callsite, or has observers.
    pub fn wants_fields(self) -> bool {
        filter::is_anything_on() && self.has_takers()
    }

    /// Does the same for a scope that opens at once: whether there is anything
    /// to record.
    pub fn wants_fields_now(self) -> bool {
        Worth::of(self.0) != Worth::Nothing && self.has_takers()
    }

    #[inline]
    fn has_takers(self) -> bool {
        match store::thresholds(self.0) {
            Some(thresholds) if thresholds.held != Threshold::OFF => true,
            Some(_) | None => is_observed(),
        }
    }

    /// Adds fields, whose values are given in the order of the callsite's keys.
    /// They are encoded at once, so that the arguments can be moved afterwards.
    pub fn fields(self, values: &[Value<'_>]) -> WithFields {
        WithFields { callsite: self.0, fields: encoded(self.0.facts.text.keys, values) }
    }

    /// Adds no fields, because nothing [wants](Self::wants_fields) them.
    pub fn no_fields(self) -> WithFields {
        WithFields { callsite: self.0, fields: Kept::default() }
    }

    /// Adds the id of the caller, if it is acceptable.
    pub fn trace_id(self, id: impl IntoTraceId) -> WithId {
        WithId { callsite: self.0, fields: Kept::default(), inherited: id.into_inherited() }
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

#[cold]
#[inline(never)]
fn is_observed() -> bool {
    store::with_output(|output| !output.observers.is_empty()).unwrap_or(false)
}

/// Encodes fields within the limits of the current output.
#[expect(clippy::inline_always, reason = "its caller does nothing else")]
#[inline(always)]
pub(crate) fn encoded(keys: &[&str], values: &[Value<'_>]) -> Kept {
    let encode = |output: &Output| Kept::encoded(keys, values, &output.style.limits);
    store::with_output(encode).unwrap_or_default()
}
