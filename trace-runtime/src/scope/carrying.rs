//! A scope whose handler has `carry(…)`: it gives its trace fields to carry.

use super::{FieldWriter, Opening, WithFields, WithId};
use crate::{
    callsite::Callsite,
    field::kept::Kept,
    id::{IntoTraceId, inherited::Inherited},
};

/// An opening with fields for its trace to carry.
#[derive(Debug)]
pub struct Carrying<P> {
    opening: P,
    carried: Kept,
}

impl<P: Opening> Opening for Carrying<P> {
    type Stored = Carrying<P::Stored>;

    fn stored(self) -> Self::Stored {
        Carrying { opening: self.opening.stored(), carried: self.carried }
    }

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

impl Callsite {
    /// Adds fields to be carried. `write` is called at once, or not at all if
    /// no output takes any lines.
    pub fn carry(
        &'static self,
        keys: &'static [&'static str],
        write: impl FnOnce(&mut FieldWriter),
    ) -> Carrying<&'static Self> {
        Carrying { opening: self, carried: encode(keys, write) }
    }
}

impl WithFields {
    /// Adds fields to be carried, as [`Callsite::carry`] does.
    pub fn carry(
        self,
        keys: &'static [&'static str],
        write: impl FnOnce(&mut FieldWriter),
    ) -> Carrying<Self> {
        Carrying { opening: self, carried: encode(keys, write) }
    }
}

impl Carrying<&'static Callsite> {
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
    let mut writer = FieldWriter::new(keys);
    if writer.is_carried() {
        write(&mut writer);
    }
    writer.into_fields()
}
