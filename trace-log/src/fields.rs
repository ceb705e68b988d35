//! Key-value pairs to fields, each with its type.

use log::kv::{Error, Key, Source, Value, VisitSource, VisitValue};
use trace_runtime::{DynamicFields, field::ToValue};

/// Sets all pairs of a record.
pub(crate) fn set(pairs: &dyn Source, to: &mut DynamicFields<'_>) {
    // A source that fails has said what it could.
    let _ = pairs.visit(&mut Pairs(to));
}

struct Pairs<'a, 'f>(&'a mut DynamicFields<'f>);

impl<'kvs> VisitSource<'kvs> for Pairs<'_, '_> {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), Error> {
        value.visit(One { key: key.as_str(), to: &mut *self.0 })
    }
}

/// One pair.
struct One<'a, 'f> {
    key: &'a str,
    to: &'a mut DynamicFields<'f>,
}

impl One<'_, '_> {
    #[expect(clippy::unnecessary_wraps, reason = "what each method of the visitor returns")]
    fn set(&mut self, value: impl ToValue) -> Result<(), Error> {
        self.to.set(self.key, value);
        Ok(())
    }
}

#[cfg_attr(
    not(feature = "error"),
    expect(clippy::elidable_lifetime_names, reason = "an error is lent for `'v`")
)]
impl<'v> VisitValue<'v> for One<'_, '_> {
    /// What has no other type is JSON, where it can be had.
    #[cfg(feature = "serde")]
    fn visit_any(&mut self, value: Value<'_>) -> Result<(), Error> {
        self.set(trace_runtime::Json(&value))
    }

    /// What has no other type is text.
    #[cfg(not(feature = "serde"))]
    fn visit_any(&mut self, value: Value<'_>) -> Result<(), Error> {
        self.set(trace_runtime::field::Value::display(&value))
    }

    fn visit_null(&mut self) -> Result<(), Error> {
        Ok(())
    }

    fn visit_u64(&mut self, value: u64) -> Result<(), Error> {
        self.set(value)
    }

    fn visit_i64(&mut self, value: i64) -> Result<(), Error> {
        self.set(value)
    }

    fn visit_u128(&mut self, value: u128) -> Result<(), Error> {
        self.set(value)
    }

    fn visit_i128(&mut self, value: i128) -> Result<(), Error> {
        self.set(value)
    }

    fn visit_f64(&mut self, value: f64) -> Result<(), Error> {
        self.set(value)
    }

    fn visit_bool(&mut self, value: bool) -> Result<(), Error> {
        self.set(value)
    }

    fn visit_str(&mut self, value: &str) -> Result<(), Error> {
        self.set(value)
    }

    fn visit_char(&mut self, value: char) -> Result<(), Error> {
        self.set(value)
    }

    #[cfg(feature = "error")]
    fn visit_error(&mut self, value: &(dyn std::error::Error + 'static)) -> Result<(), Error> {
        self.set(trace_runtime::field::Value::error(&value))
    }

    #[cfg(feature = "error")]
    fn visit_borrowed_error(
        &mut self,
        value: &'v (dyn std::error::Error + 'static),
    ) -> Result<(), Error> {
        self.visit_error(value)
    }
}
