//! Reads the value of a step whose type is inferred only later.
//!
//! ```text
//! step!("load", async { let row = query()?; Ok(row) }).await?
//! ```
//!
//! At the step itself, the type of its error is not known yet: it follows from
//! the code after the step. But rustc resolves the ladder of
//! [`outcome`](crate::outcome) at once, and for a type that may still be
//! anything, the first rung applies. So for steps, one more rung comes before
//! the ladder, whose bound rustc checks as late as possible: [`Ends<R>`] gives
//! the reading `R` for a type. For common types there is exactly one. All other
//! types use the ladder, and so must be known where the step ends.

use std::{borrow::Cow, error::Error, fmt::Display, marker::PhantomData, ops::Deref};

use crate::{
    failure::Failure,
    outcome::reading::{
        ByDisplay, ByError, BySendSync, ByType, Reading, Returned, Rung, Succeeds, returns,
    },
};

/// Stands for the type of a step's value, and for the way to read it.
pub struct Ended<T, R>(PhantomData<fn() -> (T, R)>);

/// Names the type of a step's value.
#[must_use]
pub(crate) const fn ended<T, R>() -> Ended<T, R> {
    Ended(PhantomData)
}

#[expect(clippy::unused_self, reason = "a method, because `self` selects the type")]
impl<T: Ends<R>, R: Reading<T>> Ended<T, R> {
    /// Names the reading.
    #[must_use]
    pub fn by_display(self) -> R {
        T::READING
    }
}

/// Stands for a reading that is found on the ladder.
#[derive(Debug)]
pub struct Known;

impl<T> Deref for Ended<T, Known> {
    type Target = Rung<T, 0>;

    fn deref(&self) -> &Rung<T, 0> {
        const { &returns::<T>() }
    }
}

impl<T, R> std::fmt::Debug for Ended<T, R> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Ended(..)")
    }
}

/// A value that is read by `R` and by no other reading.
#[diagnostic::on_unimplemented(
    message = "the type of this step's value must be known where the step ends",
    label = "only later code determines that this is a `{Self}`",
    note = "name the type at the end of the timed code: `Ok::<_, MyError>(value)`"
)]
pub trait Ends<R> {
    /// The reading.
    const READING: R;
}

/// Writes the impls, one per line.
macro_rules! ends {
    ($([$($generics:tt)*] $type:ty => $reading:ident,)*) => {$(
        #[diagnostic::do_not_recommend]
        impl<$($generics)*> Ends<$reading> for $type {
            const READING: $reading = $reading;
        }
    )*};
}

ends! {
    [T, E: Error] Result<T, E> => ByError,
    [T, E: Holder] Result<T, E> => BySendSync,
    [T] Result<T, Box<dyn Error + Send + Sync + '_>> => ByBox,
    [T] Result<T, Box<dyn Error + Send + '_>> => ByBox,
    [T] Result<T, Box<dyn Error + '_>> => ByBox,
    [T] Result<T, &str> => ByDisplay,
    [T] Result<T, Cow<'_, str>> => ByDisplay,
    [T] Result<T, String> => ByDisplay,
    [T] Result<T, ()> => ByType,
}

/// `anyhow::Error`, `eyre::Report`: types that any error converts into. Such a
/// type is not an error itself, because it would then convert into itself in
/// two ways.
pub trait Holder:
    From<Probe> + AsRef<dyn Error + Send + Sync> + AsRef<dyn Error> + Display
{
}

impl<E> Holder for E where
    E: From<Probe> + AsRef<dyn Error + Send + Sync> + AsRef<dyn Error> + Display
{
}

/// An error that no user's type knows.
#[derive(Debug)]
pub enum Probe {}

impl Display for Probe {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match *self {}
    }
}

impl Error for Probe {}

/// A boxed error: its text and its causes.
///
/// The error may have any lifetime. If it is `'static`, rustc loses that fact
/// when it checks whether a future that holds it is `Send`.
#[derive(Clone, Copy, Debug)]
pub struct ByBox;

/// Writes the readings of boxes.
macro_rules! by_box {
    ($($error:ty,)*) => {$(
        impl<T> Reading<Result<T, Box<$error>>> for ByBox {
            fn read<'a>(&self, value: &'a Result<T, Box<$error>>) -> Returned<'a> {
                match value {
                    Ok(_) => Returned::Ok,
                    Err(error) => Returned::Error(Failure::of_holder(error, || error.source())),
                }
            }
        }
    )*};
}

by_box! { dyn Error + Send + Sync + '_, dyn Error + Send + '_, dyn Error + '_, }

/// Writes the impls of types that are not errors.
macro_rules! succeeds {
    ($([$($generics:tt)*] $type:ty,)*) => {
        ends! { $([$($generics)*] $type => Succeeds,)* }
    };
}

succeeds! {
    [] (), [] bool, [] char, [] String, [] &str,
    [] u8, [] u16, [] u32, [] u64, [] u128, [] usize,
    [] i8, [] i16, [] i32, [] i64, [] i128, [] isize, [] f32, [] f64,
    [T] Option<T>, [T] Vec<T>, [T] Box<T>,
    [A, B] (A, B), [A, B, C] (A, B, C), [A, B, C, D] (A, B, C, D),
}
