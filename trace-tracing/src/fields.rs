//! Their fields as values, each with its type.

use std::{error::Error, fmt};

use trace_runtime::field::{ToValue as _, Value};
use tracing_core::{Field, field::Visit};

/// Calls a function with each field: its name, its value, and the same as text.
pub(crate) struct Fields<F>(pub(crate) F);

impl<F: FnMut(&str, Value<'_>, &dyn fmt::Display)> Fields<F> {
    fn set(&mut self, field: &Field, value: Value<'_>, text: &dyn fmt::Display) {
        (self.0)(name(field), value, text);
    }
}

/// Returns a field's name: `type` of `r#type`.
pub(crate) fn name(field: &Field) -> &'static str {
    let name = field.name();
    name.strip_prefix("r#").unwrap_or(name)
}

/// Writes a method of the visitor for each plain type.
macro_rules! record {
    ($($method:ident: $type:ty,)*) => {$(
        fn $method(&mut self, field: &Field, value: $type) {
            self.set(field, value.to_value(), &value);
        }
    )*};
}

impl<F: FnMut(&str, Value<'_>, &dyn fmt::Display)> Visit for Fields<F> {
    record! {
        record_bool: bool,
        record_i64: i64,
        record_u64: u64,
        record_i128: i128,
        record_u128: u128,
        record_f64: f64,
        record_str: &str,
    }

    fn record_bytes(&mut self, field: &Field, value: &[u8]) {
        self.set(field, value.to_value(), &format_args!("{value:?}"));
    }

    fn record_error(&mut self, field: &Field, value: &(dyn Error + 'static)) {
        self.set(field, Value::error(&value), &value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        self.set(field, Value::debug(&value), &format_args!("{value:?}"));
    }
}
