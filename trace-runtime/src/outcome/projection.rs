//! Reads an error through `err = |error| …` or `err = .0`.
//!
//! The result is read by the rungs of `outcome`, like an error: a field that
//! holds an `anyhow::Error` is written with its causes. The result may be
//! owned, or an `Option`.

use std::{any::type_name, convert::Infallible, fmt};

use crate::{
    failure::{ErrorText, Failure, Made},
    guard,
    outcome::reading::{By, Explain, Returned, Rung, returns},
};

/// A type that may hold an error.
#[diagnostic::on_unimplemented(
    message = "`err = ..` describes an error, and `{Self}` is not a `Result`",
    label = "returns `{Self}`, which is never an error",
    note = "remove `err`"
)]
pub trait Fallible {
    /// The type of the error.
    type Error;

    /// Returns the error, if there is one.
    fn error(&self) -> Option<&Self::Error>;
}

impl<T, E> Fallible for Result<T, E> {
    type Error = E;

    fn error(&self) -> Option<&E> {
        self.as_ref().err()
    }
}

/// The result of the projection of an error.
pub enum Projected<R> {
    /// There is no error.
    Ok,
    /// The projected value, and the name of the error's type.
    This(R, &'static str),
    /// Only the name of the error's type.
    Nothing(&'static str),
    /// The projection has panicked.
    Panicked,
}

impl<R> fmt::Debug for Projected<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Projected(..)")
    }
}

/// Calls the projection if `value` is an error.
pub fn projected<'a, T: Fallible, R>(
    value: &'a T,
    say: impl FnOnce(&'a T::Error) -> R,
) -> Projected<R> {
    match value.error() {
        None => Projected::Ok,
        Some(error) => match guard::caught(|| say(error)) {
            Some(said) => Projected::This(said, type_name::<T::Error>()),
            None => Projected::Panicked,
        },
    }
}

/// Turns a closure that reads a value into a reading of its type.
pub const fn reading<T, F>(_: Rung<T, 0>, read: F) -> By<F>
where
    F: for<'a> Fn(&'a T) -> Returned<'a>,
{
    By(read)
}

/// Names the type of the projected value.
pub const fn said<R>(_: &Projected<R>) -> Rung<R, 0> {
    returns()
}

/// Names the type of the projected value, as that of an error.
pub const fn error_said<R>(_: &Projected<R>) -> Rung<Result<Infallible, R>, 0> {
    returns()
}

/// A way to flatten an `Option`.
pub trait Flatten<R> {
    /// The type inside.
    type Inner;

    /// Returns the value inside.
    fn flatten(&self, said: R) -> Option<Self::Inner>;
}

/// For an `Option`.
#[derive(Clone, Copy, Debug)]
pub struct Flat;

/// For a reference to an `Option`.
#[derive(Clone, Copy, Debug)]
pub struct FlatRef;

/// For any other type.
#[derive(Clone, Copy, Debug)]
pub struct Whole;

impl<R> Flatten<Option<R>> for Flat {
    type Inner = R;

    fn flatten(&self, said: Option<R>) -> Option<R> {
        said
    }
}

impl<'a, R> Flatten<&'a Option<R>> for FlatRef {
    type Inner = &'a R;

    fn flatten(&self, said: &'a Option<R>) -> Option<&'a R> {
        said.as_ref()
    }
}

impl<R> Flatten<R> for Whole {
    type Inner = R;

    fn flatten(&self, said: R) -> Option<R> {
        Some(said)
    }
}

#[expect(clippy::unused_self, reason = "a method, because `self` selects the type")]
impl<R> Rung<Option<R>, 0> {
    /// Names the way to flatten it.
    #[must_use]
    pub const fn flat(self) -> Flat {
        Flat
    }
}

#[expect(clippy::unused_self, reason = "a method, because `self` selects the type")]
impl<R> Rung<&Option<R>, 1> {
    /// Names the way to flatten it.
    #[must_use]
    pub const fn flat(self) -> FlatRef {
        FlatRef
    }
}

#[expect(clippy::unused_self, reason = "a method, because `self` selects the type")]
impl<R> Rung<R, 2> {
    /// Names the way to flatten it.
    #[must_use]
    pub const fn flat(self) -> Whole {
        Whole
    }
}

/// Flattens a projected `Option`.
#[expect(clippy::needless_pass_by_value, reason = "a way to flatten is only a name")]
pub fn flattened<R, F: Flatten<R>>(flat: F, said: Projected<R>) -> Projected<F::Inner> {
    match said {
        Projected::Ok => Projected::Ok,
        Projected::This(said, of) => match flat.flatten(said) {
            Some(inner) => Projected::This(inner, of),
            None => Projected::Nothing(of),
        },
        Projected::Nothing(of) => Projected::Nothing(of),
        Projected::Panicked => Projected::Panicked,
    }
}

/// Returns the outcome, with the projected value as the error's text.
pub fn explained<'a, R: 'a, X: Explain<R> + 'a>(explain: X, said: Projected<R>) -> Returned<'a> {
    Returned::Error(match said {
        Projected::Ok => return Returned::Ok,
        Projected::This(said, _) => {
            Failure::of(ErrorText::Made(Box::new(Explained { explain, said })))
        }
        Projected::Nothing(of) => Failure::of(ErrorText::Type(of)),
        Projected::Panicked => Failure::panicked(),
    })
}

struct Explained<R, X> {
    explain: X,
    said: R,
}

impl<R, X: Explain<R>> Made for Explained<R, X> {
    fn failure(&self) -> Failure<'_> {
        self.explain.explain(&self.said)
    }
}
