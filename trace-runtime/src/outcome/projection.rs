//! What `err = |error| …` and `err = .0` make of an error.
//!
//! What comes of it is looked at as an error would be, by the rungs of
//! `outcome`: so the field that holds an `anyhow::Error` has its causes. It may
//! own what it says, or be an `Option`.

use std::{any::type_name, convert::Infallible, fmt};

use crate::{
    failure::{ErrorText, Failure, Made},
    guard,
    outcome::reading::{By, Explain, Returned, Rung, returns},
};

/// What may have failed.
#[diagnostic::on_unimplemented(
    message = "`err = ..` says what to write of an error, and `{Self}` is no `Result`",
    label = "returns `{Self}`, which is never an error",
    note = "remove `err`"
)]
pub trait Fallible {
    /// What it fails with.
    type Error;

    /// Returns the error, if it has failed.
    fn error(&self) -> Option<&Self::Error>;
}

impl<T, E> Fallible for Result<T, E> {
    type Error = E;

    fn error(&self) -> Option<&E> {
        self.as_ref().err()
    }
}

/// What was said of an error.
pub enum Said<R> {
    /// There is none.
    Ok,
    /// This, and the name of the error's type.
    This(R, &'static str),
    /// Nothing but the name of the error's type.
    Nothing(&'static str),
    /// The code that was to say it has panicked.
    Panicked,
}

impl<R> fmt::Debug for Said<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Said(..)")
    }
}

/// Asks what there is to say of an error, if `value` is one.
pub fn projected<'a, T: Fallible, R>(value: &'a T, say: impl FnOnce(&'a T::Error) -> R) -> Said<R> {
    match value.error() {
        None => Said::Ok,
        Some(error) => match guard::caught(|| say(error)) {
            Some(said) => Said::This(said, type_name::<T::Error>()),
            None => Said::Panicked,
        },
    }
}

/// Names a closure that reads a value of a type.
pub const fn reading<T, F>(_: Rung<T, 0>, read: F) -> By<F>
where
    F: for<'a> Fn(&'a T) -> Returned<'a>,
{
    By(read)
}

/// Names the type of what was said.
pub const fn said<R>(_: &Said<R>) -> Rung<R, 0> {
    returns()
}

/// Names the type of what was said, as that of an error.
pub const fn error_said<R>(_: &Said<R>) -> Rung<Result<Infallible, R>, 0> {
    returns()
}

/// How to see through an `Option`.
pub trait Flatten<R> {
    /// What is in it.
    type Inner;

    /// Takes it out.
    fn flatten(&self, said: R) -> Option<Self::Inner>;
}

/// An `Option`.
#[derive(Clone, Copy, Debug)]
pub struct Flat;

/// A reference to one.
#[derive(Clone, Copy, Debug)]
pub struct FlatRef;

/// Anything else.
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

#[expect(clippy::unused_self, reason = "it is a method for the sake of its type")]
impl<R> Rung<Option<R>, 0> {
    /// Names the way to see through it.
    #[must_use]
    pub const fn flat(self) -> Flat {
        Flat
    }
}

#[expect(clippy::unused_self, reason = "it is a method for the sake of its type")]
impl<R> Rung<&Option<R>, 1> {
    /// Names the way to see through it.
    #[must_use]
    pub const fn flat(self) -> FlatRef {
        FlatRef
    }
}

#[expect(clippy::unused_self, reason = "it is a method for the sake of its type")]
impl<R> Rung<R, 2> {
    /// Names the way to see through it.
    #[must_use]
    pub const fn flat(self) -> Whole {
        Whole
    }
}

/// Sees through an `Option`.
#[expect(clippy::needless_pass_by_value, reason = "a way is no more than a name")]
pub fn flattened<R, F: Flatten<R>>(flat: F, said: Said<R>) -> Said<F::Inner> {
    match said {
        Said::Ok => Said::Ok,
        Said::This(said, of) => match flat.flatten(said) {
            Some(inner) => Said::This(inner, of),
            None => Said::Nothing(of),
        },
        Said::Nothing(of) => Said::Nothing(of),
        Said::Panicked => Said::Panicked,
    }
}

/// Returns what was said, to be written.
pub fn explained<'a, R: 'a, X: Explain<R> + 'a>(explain: X, said: Said<R>) -> Returned<'a> {
    Returned::Error(match said {
        Said::Ok => return Returned::Ok,
        Said::This(said, _) => Failure::of(ErrorText::Made(Box::new(Explained { explain, said }))),
        Said::Nothing(of) => Failure::of(ErrorText::Type(of)),
        Said::Panicked => Failure::panicked(),
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
