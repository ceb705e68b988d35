//! What a client fails with: an error of its own, or a boxed one.

use std::error::Error;

mod sealed {
    pub trait Sealed<Form> {}
}

/// What a client's call may fail with: any error, typed or in a box, as those of
/// tower's `Timeout`, `Buffer` and `LoadShed` are. A boxed error does not
/// implement `Error` itself, so each has a [form](Typed), which is inferred.
pub trait CallError<Form>: sealed::Sealed<Form> {
    /// Returns the error; the line has its causes, too.
    fn as_error(&self) -> &(dyn Error + 'static);
}

/// The form of an error that has a type of its own.
#[derive(Clone, Copy, Debug)]
pub enum Typed {}

/// The form of an error in a box.
#[derive(Clone, Copy, Debug)]
pub enum Boxed {}

impl<E: Error + 'static> sealed::Sealed<Typed> for E {}
impl<E: Error + 'static> CallError<Typed> for E {
    fn as_error(&self) -> &(dyn Error + 'static) {
        self
    }
}

/// Writes the impls that each kind of box needs.
macro_rules! boxed {
    ($($error:ty,)*) => {$(
        impl sealed::Sealed<Boxed> for Box<$error> {}
        impl CallError<Boxed> for Box<$error> {
            fn as_error(&self) -> &(dyn Error + 'static) {
                &**self
            }
        }
    )*};
}

boxed! {
    dyn Error,
    dyn Error + Send,
    dyn Error + Send + Sync,
}
