//! A scope whose handler has `carry(…)`: it gives its trace fields to carry.

use super::{Opening, Place, WithFields, WithId};
use crate::{
    callsite::Callsite,
    context::store,
    field::{carried, kept::Kept, limits::Limits, value::Value},
    filter,
    id::{IntoTraceId, inherited::Inherited},
};

/// An opening with fields for its trace to carry.
#[derive(Debug)]
pub struct Carrying<P> {
    opening: P,
    carried: Kept,
}

impl<P: Opening> Opening for Carrying<P> {
    fn callsite(&self) -> &'static Callsite {
        self.opening.callsite()
    }

    fn take_fields(&mut self) -> Kept {
        self.opening.take_fields()
    }

    fn take_inherited(&mut self) -> Option<Inherited> {
        self.opening.take_inherited()
    }

    fn take_carried(&mut self) -> Kept {
        std::mem::take(&mut self.carried)
    }
}

impl Place {
    /// Adds fields to be carried. `write` is called at once, or not at all if
    /// no output takes any lines.
    pub fn carry(
        self,
        keys: &'static [&'static str],
        write: impl FnOnce(&mut FieldWriter),
    ) -> Carrying<Self> {
        Carrying { opening: self, carried: encode(keys, write) }
    }
}

impl WithFields {
    /// Adds fields to be carried, as [`Place::carry`] does.
    pub fn carry(
        self,
        keys: &'static [&'static str],
        write: impl FnOnce(&mut FieldWriter),
    ) -> Carrying<Self> {
        Carrying { opening: self, carried: encode(keys, write) }
    }
}

impl Carrying<Place> {
    /// Adds the id of the caller, if it is acceptable.
    pub fn trace_id(self, id: impl IntoTraceId) -> Carrying<WithId> {
        Carrying { opening: self.opening.trace_id(id), carried: self.carried }
    }
}

impl Carrying<WithFields> {
    /// Adds the id of the caller, if it is acceptable.
    pub fn trace_id(self, id: impl IntoTraceId) -> Carrying<WithId> {
        Carrying { opening: self.opening.trace_id(id), carried: self.carried }
    }
}

/// Encodes carried fields. Every line of the trace has them, whatever its
/// level, so they are needed unless everything is filtered out.
fn encode(keys: &'static [&'static str], write: impl FnOnce(&mut FieldWriter)) -> Kept {
    let limits = store::with_output(|output| carried::limits(output.style.limits));
    let Some(limits) = limits.filter(|_| filter::is_anything_on()) else {
        return Kept::default();
    };
    let mut writer = FieldWriter { keys, fields: Kept::default(), limits };
    write(&mut writer);
    writer.fields
}

/// Receives the values of carried fields.
#[derive(Debug)]
pub struct FieldWriter {
    keys: &'static [&'static str],
    fields: Kept,
    limits: Limits,
}

impl FieldWriter {
    /// Encodes values, in the order of the keys.
    pub fn write(&mut self, values: &[Value<'_>]) {
        self.fields.add_all(self.keys, values, &self.limits);
    }
}
