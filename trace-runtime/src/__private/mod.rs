//! The items that expansions may name, and no other code may.
//!
//! This file is the contract between `trace-macros` and this crate. It can
//! change with every release.

pub use std::{
    concat,
    convert::Infallible,
    file, format_args,
    future::Future,
    line, module_path,
    option::Option::{self, None, Some},
};

pub mod options;

#[cfg(feature = "macros")]
pub use crate::__options as options;
pub use crate::{
    __callsite as callsite, __event_callsite as event_callsite, __fragment as fragment,
    __keys as keys, __outcome as outcome, __timed_stream as timed_stream,
};
pub use crate::{
    callsite::{
        Callsite, Cancelled, Facts, LineKind, Text, job, request, service_call, step, written,
    },
    event::{
        event, event_at,
        late::{Counting, Late, carry, count_request, record, record_request},
    },
    field::{
        shown::{as_text, display, field, value},
        sums::{Amount, Countable},
        value::Value,
    },
    json::string::Fragment,
    level::Level,
    outcome::{
        finished::{called, checked},
        projection::{error_said, explained, flattened, projected, reading, said},
        reading::{Reading, Returned, Succeeds, read, returned, returns, succeeded},
    },
    scope::{
        Carrying, Entered, FieldWriter, Opening, Place, Timed, WithFields, WithId, block,
        block_with, call, enter, enter_with, run, run_by, run_with, timed, timed as handler,
        timed_by, timed_with, timed_with as handler_with,
    },
};
#[cfg(feature = "macros")]
pub use trace_macros::{__count, __event, __record, __step};

use crate::{edge, field::covered::Covered};

/// Gives the static of an edge's requests or calls a type of its own.
pub const fn edge_callsite(Place(callsite): Place) -> edge::Callsite {
    edge::Callsite::new(callsite)
}

/// Returns the value of a field that is shown by its `Debug` text.
pub fn debug<T: std::fmt::Debug>(value: &T) -> Value<'_> {
    Value::debug(value)
}

/// Returns the value of a field whose key looks like a secret.
pub fn covered<T: Covered + ?Sized>(value: &T) -> Value<'_> {
    value.to_value()
}

/// Returns how much is added to a sum.
pub fn amount<T: Countable + ?Sized>(value: &T) -> Amount {
    value.to_amount()
}

#[cfg(feature = "stream")]
pub use crate::scope::{TimedStream, time_stream};

/// Returns the text of a rendered fragment, which is UTF-8.
pub const fn text(bytes: &'static [u8]) -> &'static str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => "",
    }
}

/// Boxes the future of a function that returns a boxed future.
pub fn pin_box<F: Future>(future: F) -> std::pin::Pin<Box<F>> {
    Box::pin(future)
}
