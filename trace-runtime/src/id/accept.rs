//! Types that can become the id of a trace, for `trace_id = …`.

use std::borrow::Cow;

use uuid::Uuid;

use super::{
    inherited::Inherited,
    trace::{Rejected, TraceId},
};

/// A type that can become the id of a trace: the value of `trace_id = …` in
/// [`traced_handler`](macro@crate::traced_handler).
///
/// Implemented for [`TraceId`], [`Uuid`], `&str`, `String`, `&[u8]`,
/// [`Incoming`](crate::propagation::Incoming) headers, references to these, and
/// an `Option` of each, where `None` makes a new id. It is also implemented for
/// `Result<T, Rejected>`: code that looks for an id in several places can
/// return `Err(Rejected::Multiple)`.
///
/// # Examples
///
/// ```
/// use trace_runtime::{IntoTraceId as _, Rejected};
///
/// assert_eq!("req-7".into_trace_id().unwrap().unwrap().to_string(), "req-7");
/// assert_eq!(None::<&str>.into_trace_id(), Ok(None));
/// assert_eq!("".into_trace_id(), Err(Rejected::Empty));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be used as a trace ID",
    label = "expected `TraceId`, `Uuid`, `&str`, `String`, `&[u8]`, or an `Option` of these",
    note = "`None` makes a new id; so does an id that is not acceptable"
)]
pub trait IntoTraceId: sealed::Sealed {
    /// Returns the id, or `None` if a new one is to be made.
    ///
    /// # Errors
    ///
    /// Returns the reason why the id is refused.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{IntoTraceId, Rejected};
    ///
    /// /// The first id that is there counts, and a bad one is not passed over.
    /// fn first(of: [Option<&str>; 2]) -> Result<Option<String>, Rejected> {
    ///     let id = of.into_iter().find_map(|id| id.into_trace_id().transpose()).transpose()?;
    ///     Ok(id.map(|id| id.to_string()))
    /// }
    ///
    /// assert_eq!(first([None, Some("req-7")]), Ok(Some("req-7".to_owned())));
    /// assert_eq!(first([Some("two words"), Some("req-7")]), Err(Rejected::Charset));
    /// assert_eq!(first([None, None]), Ok(None));
    /// ```
    fn into_trace_id(self) -> Result<Option<TraceId>, Rejected>;

    /// Returns the id with everything else that the trace takes over.
    #[doc(hidden)]
    fn into_inherited(self) -> Inherited
    where
        Self: Sized,
    {
        Inherited::of_id(self.into_trace_id())
    }
}

pub(crate) mod sealed {
    pub trait Sealed {}
}

/// Writes the two impls that each accepted type needs.
macro_rules! into_trace_id {
    ($($type:ty: $id:ident => $result:expr,)*) => {$(
        impl sealed::Sealed for $type {}
        impl IntoTraceId for $type {
            fn into_trace_id(self) -> Result<Option<TraceId>, Rejected> {
                let $id = self;
                $result
            }
        }
    )*};
}

into_trace_id! {
    TraceId: id => Ok(Some(id)),
    &TraceId: id => Ok(Some(id.clone())),
    Uuid: id => if id.is_nil() { Err(Rejected::Empty) } else { Ok(Some(id.into())) },
    &Uuid: id => (*id).into_trace_id(),
    &str: id => TraceId::accept(id.as_bytes()).map(Some),
    &&str: id => (*id).into_trace_id(),
    String: id => id.as_str().into_trace_id(),
    &String: id => id.as_str().into_trace_id(),
    &[u8]: id => TraceId::accept(id).map(Some),
    Vec<u8>: id => id.as_slice().into_trace_id(),
    &Vec<u8>: id => id.as_slice().into_trace_id(),
    Cow<'_, str>: id => (*id).into_trace_id(),
    &Cow<'_, str>: id => (**id).into_trace_id(),
}

impl<const N: usize> sealed::Sealed for &[u8; N] {}
impl<const N: usize> IntoTraceId for &[u8; N] {
    fn into_trace_id(self) -> Result<Option<TraceId>, Rejected> {
        self.as_slice().into_trace_id()
    }
}

impl<T: IntoTraceId> sealed::Sealed for Option<T> {}
impl<T: IntoTraceId> IntoTraceId for Option<T> {
    fn into_trace_id(self) -> Result<Option<TraceId>, Rejected> {
        self.map_or(Ok(None), T::into_trace_id)
    }

    fn into_inherited(self) -> Inherited {
        self.map(T::into_inherited).unwrap_or_default()
    }
}

/// For code that has looked for an id and refused it.
impl<T: IntoTraceId> sealed::Sealed for Result<T, Rejected> {}
impl<T: IntoTraceId> IntoTraceId for Result<T, Rejected> {
    fn into_trace_id(self) -> Result<Option<TraceId>, Rejected> {
        self.and_then(T::into_trace_id)
    }

    fn into_inherited(self) -> Inherited {
        self.map_or_else(|reason| Inherited::of_id(Err(reason)), T::into_inherited)
    }
}

impl<'a, T> sealed::Sealed for &'a Option<T> where &'a T: IntoTraceId {}
impl<'a, T> IntoTraceId for &'a Option<T>
where
    &'a T: IntoTraceId,
{
    fn into_trace_id(self) -> Result<Option<TraceId>, Rejected> {
        self.as_ref().into_trace_id()
    }

    fn into_inherited(self) -> Inherited {
        self.as_ref().into_inherited()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_of_anything_accepted_is_accepted() {
        let none: Option<&str> = None;
        assert_eq!(none.into_trace_id(), Ok(None));
        assert_eq!(Some("").into_trace_id(), Err(Rejected::Empty));
        assert_eq!((&Some("x".to_owned())).into_trace_id(), TraceId::accept(b"x").map(Some));
        let two: Result<&str, _> = Err(Rejected::Multiple);
        assert_eq!(two.into_trace_id(), Err(Rejected::Multiple));
        assert_eq!(Uuid::nil().into_trace_id(), Err(Rejected::Empty));
        assert_eq!(Cow::Borrowed("x").into_trace_id(), b"x".into_trace_id());
        assert_eq!(b"x".to_vec().into_trace_id(), TraceId::accept(b"x").map(Some));
    }
}
