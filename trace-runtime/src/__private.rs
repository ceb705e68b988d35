//! What expansions may name, and nothing else may.
//!
//! This file is the contract between `trace-macros` and this crate; it can
//! change with every release.

pub use std::{
    concat,
    convert::Infallible,
    file, format_args,
    future::Future,
    line, module_path,
    option::Option::{self, None, Some},
};

pub use crate::{
    __callsite as callsite, __event_callsite as event_callsite, __fragment as fragment,
    __keys as keys, __outcome as outcome, __timed_stream as timed_stream,
};
pub use crate::{
    Level,
    callsite::{Callsite, Cancelled, Facts, Kind, Text, job, request, step, written},
    event::{event, event_at},
    json::string::Fragment,
    late::{Late, record, record_request},
    outcome::{Outcome, Reading, Succeeds, read, returned, returns, succeeded},
    scope::{
        Entered, FieldWriter, Opening, Timed, WithFields, WithId, block, block_with, enter, run,
        run_with, timed, timed as handler, timed_with, timed_with as handler_with,
    },
    value::Value,
};
#[cfg(feature = "macros")]
pub use trace_macros::{__event, __record, __step};

use crate::{Covered, ToValue};

/// A field's value as it is.
pub fn value<T: ToValue + ?Sized>(value: &T) -> Value<'_> {
    value.to_value()
}

/// A field's value by its `Display` text.
pub fn display<T: std::fmt::Display>(value: &T) -> Value<'_> {
    Value::display(value)
}

/// A field's value by its `Debug` text.
pub fn debug<T: std::fmt::Debug>(value: &T) -> Value<'_> {
    Value::debug(value)
}

/// The value of a field that sounds like a secret.
pub fn covered<T: Covered + ?Sized>(value: &T) -> Value<'_> {
    value.to_value()
}

#[cfg(feature = "stream")]
pub use crate::scope::{TimedStream, time_stream};

/// The text of a rendered fragment, which is UTF-8.
pub const fn text(bytes: &'static [u8]) -> &'static str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => "",
    }
}

/// Boxes a future where the function returns a boxed one.
pub fn pin_box<F: Future>(future: F) -> std::pin::Pin<Box<F>> {
    Box::pin(future)
}
