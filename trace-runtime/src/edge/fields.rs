//! Fields that an edge adds to a request. Their keys are known only at run
//! time.

use std::fmt;

use crate::{
    callsite::LineKind,
    context::Trace,
    field::{kept::Encoded, limits::Limits, value::ToValue},
    line,
};

/// Receives fields for the line of a request; see
/// [`Request::record`](super::Request::record).
pub struct Fields<'a> {
    trace: &'a Trace,
    limits: Limits,
}

impl<'a> Fields<'a> {
    pub(super) fn new(trace: &'a Trace, limits: Limits) -> Self {
        Self { trace, limits }
    }

    /// Sets a field. The last value of a key wins; `None` removes the field.
    ///
    /// A reserved key is written as `field.<key>`, and a key of more than 256
    /// bytes is left out. If the handler has a field with the same key, the
    /// handler's field stays.
    pub fn set(&mut self, key: &str, value: impl ToValue) {
        if let Some(key) = line::key(LineKind::Request, key) {
            let field = Encoded::new(&key, &value.to_value(), &self.limits);
            self.trace.set_field(&field, &self.limits);
        }
    }
}

impl fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fields").finish_non_exhaustive()
    }
}
