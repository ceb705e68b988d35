//! Sync functions whose value is a future only by its type, not by their
//! signature.

use std::pin::Pin;

use super::{Opening, run_with, timed_with};
use crate::outcome::{
    finished::{AtEnd, AtReturn},
    reading::Reading,
};

/// Calls `body` as a step that ends when `end` decides.
pub fn call<T, R, P>(opening: P, body: impl FnOnce() -> T, end: impl End<T, R>, reading: R) -> T
where
    P: Opening<Stored: Send + 'static>,
{
    end.call(opening, body, reading)
}

/// Decides when the step of a function that returns a `T` ends, and how its
/// value is read.
pub trait End<T, R> {
    /// Calls the body.
    fn call<P>(self, opening: P, body: impl FnOnce() -> T, reading: R) -> T
    where
        P: Opening<Stored: Send + 'static>;
}

impl<T, R: Reading<T>> End<T, R> for AtReturn {
    fn call<P>(self, opening: P, body: impl FnOnce() -> T, reading: R) -> T
    where
        P: Opening<Stored: Send + 'static>,
    {
        run_with(opening, body, reading)
    }
}

/// Writes the impls for boxed futures.
macro_rules! boxed {
    ($($future:ty, [$($reading:tt)*];)*) => {$(
        impl<'a, O: 'a, R: $($reading)*> End<Pin<Box<$future>>, R> for AtEnd {
            fn call<P>(
                self,
                opening: P,
                body: impl FnOnce() -> Pin<Box<$future>>,
                reading: R,
            ) -> Pin<Box<$future>>
            where
                P: Opening<Stored: Send + 'static>,
            {
                Box::pin(timed_with(opening, body(), reading))
            }
        }
    )*};
}

boxed! {
    dyn Future<Output = O> + Send + 'a, [Reading<O> + Send + 'a];
    dyn Future<Output = O> + 'a, [Reading<O> + 'a];
}
