//! What expansions may name, and nothing else may.
//!
//! This file is the contract between `trace-macros` and this crate; it can
//! change with every release.

pub use std::{
    convert::Infallible,
    format_args,
    future::Future,
    module_path,
    option::Option::{self, None, Some},
};

pub use crate::{
    __callsite as callsite, __event_callsite as event_callsite, __fragment as fragment,
    __outcome as outcome,
};
pub use crate::{
    Level,
    callsite::{Callsite, Facts, Kind, Text},
    event::{event, event_at},
    json::string::Fragment,
    line::{key, message, name, target},
    outcome::{
        Outcome, Probe, ProbeDebug, ViaAny, ViaDebug, ViaDisplay, ViaDyn, ViaError, ViaNoDebug,
        ViaResult, ViaSend, ViaSendSync, succeeded,
    },
    scope::{Entered, Fields, IntoOpening, Opening, Timed, enter, run, timed, timed as handler},
    value::Value,
};
#[cfg(feature = "macros")]
pub use trace_macros::__event;

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

/// Names the type of a body's value; never called.
pub fn returns<T>() -> T {
    unreachable!("only its type is of use")
}

/// Boxes a future where the function returns a boxed one.
pub fn pin_box<F: Future>(future: F) -> std::pin::Pin<Box<F>> {
    Box::pin(future)
}

/// The static of a request or step, by reference.
#[doc(hidden)]
#[macro_export]
macro_rules! __callsite {
    (
        kind: $kind:ident, level: $level:ident, target: $target:expr, name: $name:expr,
        keys: [$($key:expr),* $(,)?] $(, slow: $slow:expr)? $(,)?
    ) => {{
        static __TR_CALLSITE: $crate::__private::Callsite =
            $crate::__private::Callsite::new($crate::__private::Facts {
                kind: $crate::__private::Kind::$kind,
                level: $crate::__private::Level::$level,
                target: $target,
                file: ::core::file!(),
                line: ::core::line!(),
                slow: [$($crate::__private::Some($slow),)? $crate::__private::None][0],
                text: $crate::__private::Text {
                    target: $crate::__private::fragment!(target, $target),
                    name: $crate::__private::fragment!(name, $name),
                    message: $crate::__private::None,
                    keys: &[$($crate::__private::fragment!(key, $key)),*],
                },
            });
        &__TR_CALLSITE
    }};
}

/// The static of an event, by reference.
#[doc(hidden)]
#[macro_export]
macro_rules! __event_callsite {
    (
        level: $level:ident, target: $target:expr, message: $message:tt,
        keys: [$($key:expr),* $(,)?] $(,)?
    ) => {{
        static __TR_CALLSITE: $crate::__private::Callsite =
            $crate::__private::Callsite::new($crate::__private::Facts {
                kind: $crate::__private::Kind::Event,
                level: $crate::__private::Level::$level,
                target: $target,
                file: ::core::file!(),
                line: ::core::line!(),
                slow: $crate::__private::None,
                text: $crate::__private::Text {
                    target: $crate::__private::fragment!(target, $target),
                    name: &[],
                    message: $crate::__private::fragment!(message $message),
                    keys: &[$($crate::__private::fragment!(key, $key)),*],
                },
            });
        &__TR_CALLSITE
    }};
}

/// A constant part of a line, rendered when the program is compiled.
#[doc(hidden)]
#[macro_export]
macro_rules! __fragment {
    (message _) => {
        $crate::__private::None
    };
    (message $text:literal) => {
        $crate::__private::Some($crate::__private::fragment!(message, $text) as &[u8])
    };
    ($part:ident, $text:expr) => {{
        const __TR_PART: $crate::__private::Fragment = $crate::__private::$part($text);
        const __TR_TEXT: [u8; __TR_PART.len()] = __TR_PART.render();
        &__TR_TEXT
    }};
}

/// What a value says of the scope that returned it: `crate::outcome` explains
/// the references.
#[doc(hidden)]
#[macro_export]
macro_rules! __outcome {
    (off $value:expr) => {{
        #[allow(unused_imports)]
        use $crate::__private::{ViaAny as _, ViaResult as _};
        (&&$crate::__private::Probe($value)).outcome()
    }};
    (debug $value:expr) => {{
        #[allow(unused_imports)]
        use $crate::__private::{ViaAny as _, ViaDebug as _, ViaNoDebug as _};
        (&&&$crate::__private::ProbeDebug($value)).outcome()
    }};
    ($value:expr) => {{
        #[allow(unused_imports)]
        use $crate::__private::{
            ViaAny as _, ViaDisplay as _, ViaDyn as _, ViaError as _, ViaResult as _, ViaSend as _,
            ViaSendSync as _,
        };
        (&&&&&&&$crate::__private::Probe($value)).outcome()
    }};
}
