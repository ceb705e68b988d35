//! Fields that an edge adds to a request or a step. Their keys are known only
//! at run time.

use std::fmt;

use crate::{
    callsite::LineKind,
    context::Trace,
    field::{
        causes,
        kept::{Encoded, Kept},
        limits::Limits,
        value::{ToValue, Value},
    },
    line,
};

/// Receives fields for the line of a request or a step; see
/// [`Request::record`](super::Request::record) and
/// [`Step::record`](super::Step::record).
pub struct Fields<'a> {
    to: To<'a>,
    limits: Limits,
}

/// Where the fields go.
enum To<'a> {
    Request(&'a Trace),
    Step(&'a mut Kept),
}

impl<'a> Fields<'a> {
    pub(super) fn new(trace: &'a Trace, limits: Limits) -> Self {
        Self { to: To::Request(trace), limits }
    }

    pub(super) fn of_step(fields: &'a mut Kept, limits: Limits) -> Self {
        Self { to: To::Step(fields), limits }
    }

    /// Sets a field. The last value of a key wins; `None` removes the field.
    ///
    /// A reserved key is written as `field.<key>`, and a key of more than 256
    /// bytes is left out. If the handler has a field with the same key, the
    /// handler's field stays.
    /// The causes of an error stand under `<key>_chain`.
    pub fn set(&mut self, key: &str, value: impl ToValue) {
        let value = value.to_value();
        let Some(name) = line::key(self.kind(), key) else { return };
        let text = Value::as_text(&value);
        let is_text = line::is_text(key) && !line::is_reserved(key, self.kind());
        let value = if is_text { &text } else { &value };
        self.put(&name, value);
        if let Some(first) = causes::of(value) {
            let chain = causes::key(&name);
            self.put_encoded(&Encoded::causes(&chain, first, &self.limits));
        }
    }

    fn kind(&self) -> LineKind {
        match self.to {
            To::Request(_) => LineKind::Request,
            To::Step(_) => LineKind::Step,
        }
    }

    fn put(&mut self, key: &[u8], value: &Value<'_>) {
        match &mut self.to {
            To::Request(_) => self.put_encoded(&Encoded::new(key, value, &self.limits)),
            To::Step(fields) => fields.set_value(key, value, &self.limits),
        }
    }

    fn put_encoded(&mut self, field: &Encoded<'_>) {
        match &mut self.to {
            To::Request(trace) => trace.set_field(field, &self.limits),
            To::Step(fields) => fields.set(field, &self.limits),
        }
    }
}

impl fmt::Debug for Fields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Fields").finish_non_exhaustive()
    }
}
