//! How a scope ended, and what its error says.
//!
//! Whether a value is an error is decided by its type, at the place that has
//! it: by method resolution over the number of references ("autoref
//! specialisation"). One would like to write
//!
//! ```text
//! impl<T, E: Error>   Probe for Result<T, E> { …text and chain… }
//! impl<T, E: Display> Probe for Result<T, E> { …text… }
//! impl<T, E>          Probe for Result<T, E> { …only that it is one… }
//! impl<T>             Probe for T            { …never an error… }
//! ```
//!
//! but the impls overlap. Instead each is a trait of its own, for `Probe`
//! behind a different number of references. The call `(&&…&Probe(value))`
//! tries the most references first, and falls through to the first impl whose
//! bounds hold. [`outcome!`](crate::__private::outcome) writes that call.

use std::{
    error::Error,
    fmt::{Debug, Display},
};

use crate::guard;

/// How a scope ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    Ok,
    Error,
    Cancelled,
    Panicked,
}

/// What a value says of the scope that returned it.
#[derive(Clone, Copy)]
pub enum Outcome<'a> {
    /// It is not an error.
    Ok,
    /// It is an error.
    Error(Failure<'a>),
}

impl Debug for Outcome<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Ok => "Ok",
            Self::Error(_) => "Error(..)",
        })
    }
}

/// What is known of an error.
#[derive(Clone, Copy, Default)]
pub struct Failure<'a> {
    pub(crate) text: Option<ErrorText<'a>>,
    /// The first cause.
    pub(crate) source: Option<&'a (dyn Error + 'static)>,
}

#[derive(Clone, Copy)]
pub(crate) enum ErrorText<'a> {
    Error(&'a (dyn Error + 'a)),
    Display(&'a dyn Display),
    Debug(&'a dyn Debug),
    /// What a panic said, or what an edge was told.
    Text(&'a str),
}

impl Debug for Failure<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Failure(..)")
    }
}

impl<'a> Failure<'a> {
    pub(crate) fn of_error(error: &'a (dyn Error + 'a)) -> Self {
        // A user's code, which may panic.
        let source = guard::caught(|| error.source()).flatten();
        Self { text: Some(ErrorText::Error(error)), source }
    }

    fn of_display(error: &'a dyn Display) -> Self {
        Self { text: Some(ErrorText::Display(error)), source: None }
    }

    /// An error that is not of the standard kind, but holds one.
    fn of_holder<E: Display>(
        holder: &'a E,
        error: impl FnOnce() -> &'a (dyn Error + 'static),
    ) -> Self {
        let source = guard::caught(|| error().source()).flatten();
        Self { source, ..Self::of_display(holder) }
    }

    fn of_debug(error: &'a dyn Debug) -> Self {
        Self { text: Some(ErrorText::Debug(error)), source: None }
    }
}

/// The outcome of a body whose value cannot be an error.
pub fn succeeded<T>(_: &T) -> Outcome<'_> {
    Outcome::Ok
}

/// A value about to be looked at.
#[derive(Debug)]
pub struct Probe<'a, T>(pub &'a T);

/// Writes one rung of the ladder: a trait with its one impl.
macro_rules! rung {
    ($(#[$doc:meta])* $name:ident [$($bound:tt)*] $probe:ty => |$value:ident| $outcome:expr) => {
        $(#[$doc])*
        pub trait $name<'a> {
            /// Returns the outcome.
            fn outcome(&self) -> Outcome<'a>;
        }

        impl<'a, $($bound)*> $name<'a> for $probe {
            fn outcome(&self) -> Outcome<'a> {
                match self.0 {
                    Ok(_) => Outcome::Ok,
                    Err($value) => Outcome::Error($outcome),
                }
            }
        }
    };
}

rung! {
    /// An error of the standard kind: its text, and its causes.
    ViaError [T, E: Error] &&&&&&Probe<'a, Result<T, E>>
        => |error| Failure::of_error(error)
}

rung! {
    /// `anyhow::Error`, `eyre::Report`, `Box<dyn Error + Send + Sync>`.
    ViaSendSync [T, E: AsRef<dyn Error + Send + Sync> + Display] &&&&&Probe<'a, Result<T, E>>
        => |error| Failure::of_holder(error, || error.as_ref())
}

rung! {
    /// `Box<dyn Error + Send>`.
    ViaSend [T, E: AsRef<dyn Error + Send> + Display] &&&&Probe<'a, Result<T, E>>
        => |error| Failure::of_holder(error, || error.as_ref())
}

rung! {
    /// `Box<dyn Error>`.
    ViaDyn [T, E: AsRef<dyn Error> + Display] &&&Probe<'a, Result<T, E>>
        => |error| Failure::of_holder(error, || error.as_ref())
}

rung! {
    /// Anything that has a text.
    ViaDisplay [T, E: Display] &&Probe<'a, Result<T, E>>
        => |error| Failure::of_display(error)
}

rung! {
    /// An error that has no text.
    ViaResult [T, E] &Probe<'a, Result<T, E>>
        => |_error| Failure::default()
}

/// Anything else: not an error.
pub trait ViaAny<'a> {
    /// Returns the outcome.
    fn outcome(&self) -> Outcome<'a>;
}

impl<'a, T> ViaAny<'a> for Probe<'a, T> {
    fn outcome(&self) -> Outcome<'a> {
        Outcome::Ok
    }
}

/// A value whose error is to be shown by `Debug`, or not at all.
#[derive(Debug)]
pub struct ProbeDebug<'a, T>(pub &'a T);

rung! {
    /// `err = debug`: an error that has a `Debug` text.
    ViaDebug [T, E: Debug] &&ProbeDebug<'a, Result<T, E>>
        => |error| Failure::of_debug(error)
}

rung! {
    /// `err = debug`, where there is none.
    ViaNoDebug [T, E] &ProbeDebug<'a, Result<T, E>>
        => |_error| Failure::default()
}

impl<'a, T> ViaAny<'a> for ProbeDebug<'a, T> {
    fn outcome(&self) -> Outcome<'a> {
        Outcome::Ok
    }
}

/// What a value says of the scope that returned it; the head of this file
/// explains the references.
#[doc(hidden)]
#[macro_export]
macro_rules! __outcome {
    (off $value:expr) => {{
        #[allow(unused_imports)]
        use $crate::__private::ladder::*;
        (&&$crate::__private::Probe($value)).outcome()
    }};
    (debug $value:expr) => {{
        #[allow(unused_imports)]
        use $crate::__private::ladder::*;
        (&&&$crate::__private::ProbeDebug($value)).outcome()
    }};
    ($value:expr) => {{
        // One glob: names one by one cost rustc a third of the whole expansion.
        #[allow(unused_imports)]
        use $crate::__private::ladder::*;
        (&&&&&&&$crate::__private::Probe($value)).outcome()
    }};
}
