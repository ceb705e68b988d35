//! Finds out whether the work of a function is done when it returns.
//!
//! It is not done if the value can be awaited, or holds something that can: the
//! step would report success after a microsecond. The macros see a future that
//! is written as one in the signature. Behind an alias, an associated type or a
//! user's own type, it is found here, by its type, before the ladder of
//! [`outcome`](crate::outcome):
//!
//! | rung | applies to | result |
//! |---|---|---|
//! | [`Called`] | a boxed future | it is timed to its end, and boxed again |
//! | [`Checked`] | anything else that is or holds a future | it does not compile |
//! | [`Rung`] | the rest | the step ends when the function returns |
//!
//! Several impls decide whether a type holds a future, and they overlap. So the
//! trait that they implement has a parameter: the place of the future. rustc
//! infers it; for a type without a future it is [`Nowhere`].

use std::{
    collections::VecDeque, fmt, marker::PhantomData, ops::Deref, pin::Pin, rc::Rc, sync::Arc,
    task::Poll,
};

use crate::outcome::reading::{Rung, Succeeds, returns};

/// Stands for the type of a value that may be a boxed future.
pub struct Called<T, M>(PhantomData<fn() -> (T, M)>);

/// Stands for the type of a value that may be or hold a future, at the place
/// `M`.
pub struct Checked<T, M>(PhantomData<fn() -> (T, M)>);

/// Names the type of a value that may be a boxed future.
#[must_use]
pub const fn called<T, M>() -> Called<T, M> {
    Called(PhantomData)
}

/// Names the type of a value that may be or hold a future.
#[must_use]
pub const fn checked<T, M>() -> Checked<T, M> {
    Checked(PhantomData)
}

/// The step ends when the function returns.
#[derive(Clone, Copy, Debug)]
pub struct AtReturn;

/// The step ends when the boxed future that the function returns has ended.
#[derive(Clone, Copy, Debug)]
pub struct AtEnd;

/// Writes the methods of boxed futures.
macro_rules! boxed {
    ($($future:ty,)*) => {$(
        impl<O> Called<Pin<Box<$future>>, Nowhere> {
            /// Returns when the step ends.
            #[must_use]
            pub const fn end(self) -> AtEnd {
                AtEnd
            }

            /// Names the type of the future's output.
            #[must_use]
            pub const fn output(self) -> Rung<O, 0> {
                returns()
            }
        }
    )*};
}

boxed! { dyn Future<Output = O> + Send + '_, dyn Future<Output = O> + '_, }

impl<T, M> Deref for Called<T, M> {
    type Target = Checked<T, M>;

    fn deref(&self) -> &Checked<T, M> {
        const { &checked() }
    }
}

#[expect(clippy::unused_self, reason = "methods, because `self` selects the type")]
impl<T: Holds<M>, M> Checked<T, M> {
    /// Refuses the function.
    pub const fn finished(self)
    where
        Self: Finished,
    {
    }

    /// Refuses the function.
    #[must_use]
    pub const fn end(self) -> AtReturn
    where
        Self: Finished,
    {
        AtReturn
    }

    /// Leaves the refusal to [`end`](Self::end).
    #[must_use]
    pub const fn output(self) -> Rung<(), 0> {
        returns()
    }

    /// Refuses the function.
    #[must_use]
    pub const fn by_display(self) -> Succeeds
    where
        Self: Finished,
    {
        Succeeds
    }

    /// Refuses the function.
    #[must_use]
    pub const fn by_debug(self) -> Succeeds
    where
        Self: Finished,
    {
        Succeeds
    }

    /// Refuses the function.
    #[must_use]
    pub const fn by_variant(self) -> Succeeds
    where
        Self: Finished,
    {
        Succeeds
    }
}

impl<T> Deref for Checked<T, Nowhere> {
    type Target = Rung<T, 0>;

    fn deref(&self) -> &Rung<T, 0> {
        const { &returns() }
    }
}

#[expect(clippy::unused_self, reason = "methods, because `self` selects the type")]
impl<T> Rung<T, 0> {
    /// The work is done when the function returns.
    pub const fn finished(self) {}

    /// Returns when the step ends.
    #[must_use]
    pub const fn end(self) -> AtReturn {
        AtReturn
    }

    /// Names the type of the value that the step ends with.
    #[must_use]
    pub const fn output(self) -> Self {
        self
    }
}

/// Not implemented for any type that may hold a future.
#[diagnostic::on_unimplemented(
    message = "only building the future would be timed",
    label = "this can be awaited, or holds a value that can",
    note = "await it in an `async fn` to time it to its end, or write `#[timed(construction)]` to time only this call"
)]
pub trait Finished {}

/// A type that can be awaited, or holds a value that can, at the place `M`.
pub trait Holds<M> {}

/// The place in a type without a future.
#[derive(Debug)]
pub struct Nowhere;

/// The place of a value that can be awaited itself.
#[derive(Debug)]
pub struct Itself;

/// The place of a future inside a value: in the `N`th of its parts.
#[derive(Debug)]
pub struct Inside<M, const N: usize = 0>(PhantomData<M>);

impl<T: IntoFuture> Holds<Itself> for T {}
impl<T: Holds<M>, M, const N: usize> Holds<Inside<M>> for [T; N] {}

/// Writes the impls of types that hold one value, or many of one type.
macro_rules! holders {
    ($([$($other:ident)*] $holder:ty,)*) => {$(
        impl<T: Holds<M>, M $(, $other)*> Holds<Inside<M>> for $holder {}
    )*};
}

holders! {
    [] Option<T>, [E] Result<T, E>, [] Poll<T>,
    [] Box<T>, [] Box<[T]>, [] Rc<T>, [] Arc<T>, [] Pin<T>,
    [] Vec<T>, [] VecDeque<T>, [] (T,),
}

/// Writes the impls of tuples, one for each place.
macro_rules! tuples {
    ($($place:literal $holding:ident ($($part:ident),+))*) => {$(
        impl<$($part,)+ M> Holds<Inside<M, $place>> for ($($part),+)
        where
            $holding: Holds<M>,
        {
        }
    )*};
}

tuples! {
    0 A (A, B) 1 B (A, B)
    0 A (A, B, C) 1 B (A, B, C) 2 C (A, B, C)
    0 A (A, B, C, D) 1 B (A, B, C, D) 2 C (A, B, C, D) 3 D (A, B, C, D)
}

impl<T, M> fmt::Debug for Called<T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Called(..)")
    }
}

impl<T, M> fmt::Debug for Checked<T, M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Checked(..)")
    }
}
