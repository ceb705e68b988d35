//! Reads how a scope ended from the value that it returned.
//!
//! Whether a value is an error depends on its type. That is decided where the
//! type is known, by method resolution. These impls would be the direct way:
//!
//! ```text
//! impl<T, E: Error>   Reading<Result<T, E>> { …text and chain… }
//! impl<T, E: Display> Reading<Result<T, E>> { …text… }
//! impl<T, E>          Reading<Result<T, E>> { …only that it is one… }
//! impl<T>             Reading<T>            { …never an error… }
//! ```
//!
//! But they overlap. Instead, each is a method of its own rung, and each rung
//! dereferences to the next. All methods have the same name:
//! `returns.by_display()` tries the first rung, and if the bounds of its impl
//! do not hold, the next one. The method does not return a value, only the name
//! of a `Reading`.
//!
//! (Traits on a growing number of references would work too, as would closures
//! instead of names. But rustc spent most of its time for an annotated function
//! on those.)

use std::{
    error::Error,
    fmt::{Debug, Display},
    marker::PhantomData,
    ops::Deref,
};

use serde_core::Serialize;

use crate::{
    failure::{ErrorText, Failure, Payload},
    field::value::ToValue,
};

/// What a value says about the scope that returned it.
pub enum Returned<'a> {
    /// It is not an error.
    Ok,
    /// It is an error.
    Error(Failure<'a>),
}

impl Debug for Returned<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Ok => "Ok",
            Self::Error(_) => "Error(..)",
        })
    }
}

/// Reads the value of a body that cannot return an error.
pub fn succeeded<T>(_: &T) -> Returned<'_> {
    Returned::Ok
}

/// A way to read how a scope ended from its value.
pub trait Reading<T> {
    /// Returns whether the value is an error, and what is known about it.
    fn read<'a>(&self, value: &'a T) -> Returned<'a>;
}

/// A way to describe an error: the reading of a `Result` uses it.
pub trait Explain<E> {
    /// Returns the known facts about the error.
    fn explain<'a>(&self, error: &'a E) -> Failure<'a>;
}

/// A reading made of a closure, where the value's type is known.
#[derive(Clone, Copy)]
pub struct By<F>(pub F);

impl<T, F: for<'a> Fn(&'a T) -> Returned<'a>> Reading<T> for By<F> {
    fn read<'a>(&self, value: &'a T) -> Returned<'a> {
        (self.0)(value)
    }
}

impl<F> Debug for By<F> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("By(..)")
    }
}

/// Stands for the type of a value that does not exist yet. It is a rung of the
/// ladder, which starts with the lowest number.
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

#[expect(clippy::unused_self, reason = "a method, because `self` selects the type")]
impl<T: ?Sized> Rung<T, 0> {
    /// Returns the type in question; never called.
    pub fn value(self) -> T
    where
        T: Sized, // as a bound of the impl, it would make rustc report a missing method
    {
        unreachable!("only its type is used")
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

/// Sets which rung comes after another.
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

steps! {
    0 => 1 1 => 2 2 => 3 3 => 4 4 => 5 5 => 6 6 => 7 7 => 8 8 => 9 9 => 10 10 => 11 11 => 12
    12 => 13 13 => 14 14 => 15 15 => 16 16 => 17 17 => 18 18 => 19
}

/// Writes one way to describe an error, and the method of its rung.
macro_rules! explain {
    (
        $(#[$doc:meta])*
        $name:ident, $rung:literal [$($method:ident),+], if [$($bound:tt)*]
            |$error:ident| $failure:expr
    ) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name;

        impl<$($bound)*> Explain<E> for $name {
            fn explain<'a>(&self, $error: &'a E) -> Failure<'a> {
                $failure
            }
        }

        impl<T, $($bound)*> Reading<Result<T, E>> for $name {
            fn read<'a>(&self, value: &'a Result<T, E>) -> Returned<'a> {
                match value {
                    Ok(_) => Returned::Ok,
                    Err(error) => Returned::Error(self.explain(error)),
                }
            }
        }

        impl<T, $($bound)*> Rung<Result<T, E>, $rung> {$(
            /// Names the way.
            #[must_use]
            pub const fn $method(self) -> $name {
                $name
            }
        )+}
    };
}

explain! {
    /// A standard error: its text and its causes.
    ByError, 0 [by_display], if [E: Error] |error| Failure::of_error(error)
}

// Types that are not errors themselves, but hold one and have its text.

explain! {
    /// `anyhow::Error`, `eyre::Report`, `Box<dyn Error>`, `Rc<E>`.
    ByTarget, 1 [by_display], if [E: Display + Deref<Target: Error>]
        |error| Failure::of_holder(error, || (**error).source())
}

explain! {
    /// A type that gives the error it holds only as a reference.
    BySendSync, 2 [by_display], if [E: Display + AsRef<dyn Error + Send + Sync>]
        |error| Failure::of_holder(error, || error.as_ref().source())
}

explain! {
    /// The same for an error that is not `Send` or `Sync`.
    ByDyn, 3 [by_display], if [E: Display + AsRef<dyn Error>]
        |error| Failure::of_holder(error, || error.as_ref().source())
}

explain! {
    /// A type that holds such a holder: `Arc<anyhow::Error>`,
    /// `Rc<Box<dyn Error>>`.
    ByInner, 4 [by_display], if [E: Display + Deref<Target: Deref<Target: Error>>]
        |error| Failure::of_holder(error, || (***error).source())
}

explain! {
    /// `&Arc<anyhow::Error>`, `Arc<Arc<eyre::Report>>`.
    ByInnermost, 5 [by_display],
        if [E: Display + Deref<Target: Deref<Target: Deref<Target: Error>>>]
        |error| Failure::of_holder(error, || (****error).source())
}

explain! {
    /// `&Arc<Arc<eyre::Report>>`: the deepest nesting that is supported.
    ByLast, 6 [by_display],
        if [E: Display + Deref<Target: Deref<Target: Deref<Target: Deref<Target: Error>>>>]
        |error| Failure::of_holder(error, || (*****error).source())
}

explain! {
    /// Any type with a `Display` text.
    ByDisplay, 7 [by_display], if [E: Display] |error| Failure::of(ErrorText::Display(error))
}

// Types without a text that dereference to a type with one.

explain! {
    /// `struct AppError(io::Error)`.
    ByHeld, 8 [by_display], if [E: Deref<Target: Sized + Error>]
        |error| Failure::through(|| Failure::of_error(&**error))
}

explain! {
    /// `struct AppError(anyhow::Error)`.
    ByHeldHolder, 9 [by_display], if [E: Deref<Target: Sized + Display + Deref<Target: Error>>]
        |error| Failure::through(|| Failure::of_holder(&**error, || (***error).source()))
}

explain! {
    /// `struct AppError(String)`.
    ByHeldDisplay, 10 [by_display], if [E: Deref<Target: Sized + Display>]
        |error| Failure::through(|| Failure::of(ErrorText::Display(&**error)))
}

// Responses whose body describes the error.

explain! {
    /// `(u16, io::Error)`.
    ByBodyError, 11 [by_display], if [E: Answer<Body: Error>]
        |error| Failure::of_error(error.body())
}

explain! {
    /// `(u16, anyhow::Error)`.
    ByBodyTarget, 12 [by_display], if [E: Answer<Body: Display + Deref<Target: Error>>]
        |error| Failure::of_holder(error.body(), || (**error.body()).source())
}

explain! {
    /// `(StatusCode, String)`.
    ByBodyDisplay, 13 [by_display], if [E: Answer<Body: Display>]
        |error| Failure::of(ErrorText::Display(error.body()))
}

explain! {
    /// `(StatusCode, Json<String>)`.
    ByBodyHeldDisplay, 14 [by_display], if [E: Answer<Body: Deref<Target: Sized + Display>>]
        |error| Failure::through(|| Failure::of(ErrorText::Display(&**error.body())))
}

explain! {
    /// `(StatusCode, Json<Problem>)`: the client receives this text anyway.
    ByBodyJson, 15 [by_display], if [E: Answer<Body: Deref<Target: Sized + Serialize>>]
        |error| Failure::through(|| Failure::of(ErrorText::Nested(&**error.body())))
}

explain! {
    /// A value without a `Display`, such as bytes.
    ByValue, 16 [by_display], if [E: ToValue] |error| Failure::of_value(error)
}

explain! {
    /// `std::thread::Result`: what the panic was given, if that is text.
    ByPayload, 17 [by_display], if [E: Payload] |error| Failure::of_payload(error)
}

explain! {
    /// `err = debug`: an error with a `Debug` text.
    ByDebug, 0 [by_debug], if [E: Debug] |error| Failure::of(ErrorText::Debug(error))
}

explain! {
    /// Only the type is known.
    ByType, 18 [by_display, by_debug], if [E] |_error| Failure::of_type::<E>()
}

explain! {
    /// `err = off`: nothing is recorded about the error.
    ByVariant, 18 [by_variant], if [E] |_error| Failure::default()
}

/// A response in parts, as web frameworks accept it. Its body describes the
/// error best.
pub trait Answer {
    /// The type of the last part.
    type Body;

    /// Returns the last part.
    fn body(&self) -> &Self::Body;
}

/// Writes the impls of tuples, given the type names of all parts except the
/// last.
macro_rules! answers {
    ($([$($part:ident)+])*) => {$(
        impl<$($part,)+ B> Answer for ($($part,)+ B) {
            type Body = B;

            fn body(&self) -> &B {
                let (.., body) = self;
                body
            }
        }
    )*};
}

answers! { [S] [S H] [S H I] [S H I J] [S H I J K] [S H I J K L] [S H I J K L M] }

impl<A: Answer> Answer for &A {
    type Body = A::Body;

    fn body(&self) -> &A::Body {
        (**self).body()
    }
}

/// Any other value is not an error.
#[derive(Clone, Copy, Debug)]
pub struct Succeeds;

impl<T> Reading<T> for Succeeds {
    fn read<'a>(&self, _: &'a T) -> Returned<'a> {
        Returned::Ok
    }
}

#[expect(clippy::unused_self, reason = "a method, because `self` selects the type")]
impl<T: ?Sized> Rung<T, 19> {
    /// Any other value is not an error.
    #[must_use]
    pub const fn by_display(self) -> Succeeds {
        Succeeds
    }

    /// Any other value is not an error.
    #[must_use]
    pub const fn by_debug(self) -> Succeeds {
        Succeeds
    }

    /// Any other value is not an error.
    #[must_use]
    pub const fn by_variant(self) -> Succeeds {
        Succeeds
    }
}

/// Reads a value.
#[expect(clippy::needless_pass_by_value, reason = "a reading is only a name")]
pub fn read<T, R: Reading<T>>(reading: R, value: &T) -> Returned<'_> {
    reading.read(value)
}

/// Reads how a scope ended from its value, where the type is known only once
/// the value exists.
#[doc(hidden)]
#[macro_export]
macro_rules! __outcome {
    (off $value:expr) => {
        $crate::__private::read($crate::__private::returned($value).by_variant(), $value)
    };
    (debug $value:expr) => {
        $crate::__private::read($crate::__private::returned($value).by_debug(), $value)
    };
    (by ($say:expr) $value:expr) => {
        match $crate::__private::projected($value, $say) {
            said => match $crate::__private::flattened($crate::__private::said(&said).flat(), said)
            {
                said => $crate::__private::explained(
                    $crate::__private::error_said(&said).by_display(),
                    said,
                ),
            },
        }
    };
    ($value:expr) => {
        $crate::__private::read($crate::__private::returned($value).by_display(), $value)
    };
}
