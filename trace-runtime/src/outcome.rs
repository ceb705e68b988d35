//! How a scope ended, and what its error says.
//!
//! Whether a value is an error is decided by its type, at the place that has
//! it, by method resolution. One would like to write
//!
//! ```text
//! impl<T, E: Error>   Reading<Result<T, E>> { …text and chain… }
//! impl<T, E: Display> Reading<Result<T, E>> { …text… }
//! impl<T, E>          Reading<Result<T, E>> { …only that it is one… }
//! impl<T>             Reading<T>            { …never an error… }
//! ```
//!
//! but the impls overlap. Instead each is a method of a rung of its own, which
//! dereferences to the next. The methods have one name: `returns.by_display()`
//! tries that of the first rung, and where the bounds of its impl do not hold,
//! that of the next. What it gives is no value, only the name of a `Reading`.
//!
//! (Traits behind a growing number of references would do too, and closures
//! instead of names. They are what most of the time went into that rustc took
//! for an annotated function.)

use std::{
    error::Error,
    fmt::{Debug, Display},
    marker::PhantomData,
    ops::Deref,
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

impl Ending {
    /// Returns an error, unless it is worse.
    pub(crate) fn or_error(self) -> Self {
        match self {
            Self::Ok | Self::Error | Self::Cancelled => Self::Error,
            Self::Panicked => Self::Panicked,
        }
    }
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
        Self::of_source(holder, || error().source())
    }

    /// An error that is not of the standard kind, but has a cause.
    pub(crate) fn of_source<E: Display>(
        holder: &'a E,
        source: impl FnOnce() -> Option<&'a (dyn Error + 'static)>,
    ) -> Self {
        let source = guard::caught(source).flatten();
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

/// How a value says how its scope ended.
pub trait Reading<T> {
    /// Returns the outcome.
    fn read<'a>(&self, value: &'a T) -> Outcome<'a>;
}

/// A reading that is found where the value is.
#[derive(Clone, Copy)]
pub struct By<F>(pub F);

impl<T, F: for<'a> Fn(&'a T) -> Outcome<'a>> Reading<T> for By<F> {
    fn read<'a>(&self, value: &'a T) -> Outcome<'a> {
        (self.0)(value)
    }
}

impl<F> Debug for By<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("By(..)")
    }
}

/// Stands for the type of a value that is not there yet: a rung of the ladder,
/// at first the lowest number.
pub struct Rung<T: ?Sized, const N: usize>(PhantomData<fn() -> T>);

/// Names the type of a body's value.
#[must_use]
pub const fn returns<T: ?Sized>() -> Rung<T, 0> {
    Rung(PhantomData)
}

/// Names the type of a value.
pub const fn returned<T>(_: &T) -> Rung<T, 0> {
    returns()
}

#[expect(clippy::unused_self, reason = "it is a method for the sake of its type")]
impl<T: ?Sized> Rung<T, 0> {
    /// Has the type in question; never called.
    pub fn value(self) -> T
    where
        T: Sized, // as of an `impl`, rustc would only say that there is no such method
    {
        unreachable!("only its type is of use")
    }
}

impl<T: ?Sized, const N: usize> Clone for Rung<T, N> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T: ?Sized, const N: usize> Copy for Rung<T, N> {}

impl<T: ?Sized, const N: usize> Debug for Rung<T, N> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Rung(..)")
    }
}

/// Says which rung comes after another.
macro_rules! steps {
    ($($rung:literal => $next:literal)*) => {$(
        impl<T: ?Sized> Deref for Rung<T, $rung> {
            type Target = Rung<T, $next>;

            fn deref(&self) -> &Self::Target {
                &Rung(PhantomData)
            }
        }
    )*};
}

steps! { 0 => 1 1 => 2 2 => 3 3 => 4 4 => 5 5 => 6 }

/// Writes one reading of an error, and the method of its rung.
macro_rules! reading {
    (
        $(#[$doc:meta])*
        $name:ident, $rung:literal [$($method:ident),+], if [$($bound:tt)*]
            |$value:ident| $outcome:expr
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl<$($bound)*> Reading<Result<T, E>> for $name {
            fn read<'a>(&self, value: &'a Result<T, E>) -> Outcome<'a> {
                match value {
                    Ok(_) => Outcome::Ok,
                    Err($value) => Outcome::Error($outcome),
                }
            }
        }

        impl<$($bound)*> Rung<Result<T, E>, $rung> {$(
            /// Names the reading.
            #[must_use]
            pub const fn $method(self) -> $name {
                $name
            }
        )+}
    };
}

reading! {
    /// An error of the standard kind: its text, and its causes.
    ByError, 0 [by_display], if [T, E: Error] |error| Failure::of_error(error)
}

reading! {
    /// `anyhow::Error`, `eyre::Report`, `Box<dyn Error + Send + Sync>`.
    BySendSync, 1 [by_display], if [T, E: AsRef<dyn Error + Send + Sync> + Display]
        |error| Failure::of_holder(error, || error.as_ref())
}

reading! {
    /// `Box<dyn Error + Send>`.
    BySend, 2 [by_display], if [T, E: AsRef<dyn Error + Send> + Display]
        |error| Failure::of_holder(error, || error.as_ref())
}

reading! {
    /// `Box<dyn Error>`.
    ByDyn, 3 [by_display], if [T, E: AsRef<dyn Error> + Display]
        |error| Failure::of_holder(error, || error.as_ref())
}

reading! {
    /// Anything that has a text.
    ByDisplay, 4 [by_display], if [T, E: Display] |error| Failure::of_display(error)
}

reading! {
    /// `err = debug`: an error that has a `Debug` text.
    ByDebug, 0 [by_debug], if [T, E: Debug] |error| Failure::of_debug(error)
}

reading! {
    /// `err = off`, or an error that has no text.
    ByVariant, 5 [by_display, by_debug, by_variant], if [T, E]
        |_error| Failure::default()
}

/// Anything else: not an error.
#[derive(Clone, Copy, Debug)]
pub struct Succeeds;

impl<T> Reading<T> for Succeeds {
    fn read<'a>(&self, _: &'a T) -> Outcome<'a> {
        Outcome::Ok
    }
}

#[expect(clippy::unused_self, reason = "it is a method for the sake of its type")]
impl<T: ?Sized> Rung<T, 6> {
    /// Anything else: not an error.
    #[must_use]
    pub const fn by_display(self) -> Succeeds {
        Succeeds
    }

    /// Anything else: not an error.
    #[must_use]
    pub const fn by_debug(self) -> Succeeds {
        Succeeds
    }

    /// Anything else: not an error.
    #[must_use]
    pub const fn by_variant(self) -> Succeeds {
        Succeeds
    }
}

/// Returns what a value says.
#[expect(clippy::needless_pass_by_value, reason = "a reading is no more than a name")]
pub fn read<T, R: Reading<T>>(reading: R, value: &T) -> Outcome<'_> {
    reading.read(value)
}

/// What a value says of the scope that returned it, where its type is known
/// only when it is there.
#[doc(hidden)]
#[macro_export]
macro_rules! __outcome {
    (off $value:expr) => {
        $crate::__private::read($crate::__private::returned($value).by_variant(), $value)
    };
    (debug $value:expr) => {
        $crate::__private::read($crate::__private::returned($value).by_debug(), $value)
    };
    ($value:expr) => {
        $crate::__private::read($crate::__private::returned($value).by_display(), $value)
    };
}
