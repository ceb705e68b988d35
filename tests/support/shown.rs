//! A value that does what a test wants while it is shown.

use std::{
    error::Error,
    fmt::{self, Debug, Display, Formatter},
};

/// Shows itself by calling a function.
pub struct Shown<F>(F);

/// Returns a value that shows itself by calling a function.
pub fn shown<F: Fn(&mut Formatter<'_>) -> fmt::Result>(show: F) -> Shown<F> {
    Shown(show)
}

impl<F: Fn(&mut Formatter<'_>) -> fmt::Result> Display for Shown<F> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        (self.0)(f)
    }
}

impl<F: Fn(&mut Formatter<'_>) -> fmt::Result> Debug for Shown<F> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        (self.0)(f)
    }
}

impl<F: Fn(&mut Formatter<'_>) -> fmt::Result> Error for Shown<F> {}
