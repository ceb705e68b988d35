//! The value of a field.
//!
//! A [`Value`] borrows what it shows and lives as long as the call that logs
//! it. `field::encode` turns it into JSON.

use std::{
    borrow::Cow,
    error::Error,
    fmt::{Debug, Display},
    num::{NonZero, Saturating, Wrapping},
    rc::Rc,
    sync::Arc,
    time::Duration,
};

use uuid::Uuid;

use crate::{
    field::nested::Nested,
    id::{SpanId, TraceId},
};

/// One value of a field, borrowed for the duration of a call.
///
/// Made by [`ToValue::to_value`], [`Value::display`], [`Value::debug`] or
/// [`Value::error`].
///
/// # Examples
///
/// ```
/// use trace_runtime::{DynamicEvent, Level, field::Value, testing::Capture};
///
/// let capture = Capture::new();
/// let peer = std::net::Ipv4Addr::LOCALHOST;
/// capture.run(|| {
///     DynamicEvent::new(Level::Info, "legacy::net")
///         .write(format_args!("connected"), &[("peer", Value::display(&peer))]);
/// });
/// assert_eq!(capture.values()[0]["peer"], "127.0.0.1");
/// ```
#[derive(Clone, Copy)]
pub struct Value<'a>(pub(crate) ValueKind<'a>);

#[derive(Clone, Copy)]
pub(crate) enum ValueKind<'a> {
    /// `None`: the key is left out.
    Absent,
    Bool(bool),
    U64(u64),
    I64(i64),
    U128(u128),
    I128(i128),
    F32(f32),
    F64(f64),
    Str(&'a str),
    Char(char),
    /// Text that may not be valid UTF-8.
    Bytes(&'a [u8]),
    /// Nanoseconds, written as milliseconds.
    Nanos(u64),
    Uuid(&'a Uuid),
    TraceId(&'a TraceId),
    Display(&'a dyn Display),
    Debug(&'a dyn Debug),
    /// An error: its text, and its causes under a key of their own.
    Error(&'a dyn Caused),
    Nested(&'a dyn Nested),
    Redacted,
    /// Written as text although its type is not text.
    AsText(&'a dyn ToValue),
}

impl<'a> Value<'a> {
    pub(crate) fn text(text: &'a str) -> Self {
        Self(ValueKind::Str(text))
    }

    /// Shows a value as its `Display` text, like `key = %value`.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{DynamicEvent, Level, field::Value, testing::Capture};
    ///
    /// let peer = std::net::SocketAddr::from(([127, 0, 0, 1], 8080));
    /// let capture = Capture::new();
    /// capture.run(|| {
    ///     DynamicEvent::new(Level::Info, "legacy::net")
    ///         .write(format_args!("connected"), &[("peer", Value::display(&peer))]);
    /// });
    /// assert_eq!(capture.values()[0]["peer"], "127.0.0.1:8080");
    /// ```
    pub fn display(value: &'a impl Display) -> Self {
        Self(ValueKind::Display(value))
    }

    /// Shows a value as its `Debug` text, like `key = ?value`.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{DynamicEvent, Level, field::Value, testing::Capture};
    ///
    /// #[derive(Debug)]
    /// struct Pool { free: usize }
    ///
    /// let capture = Capture::new();
    /// capture.run(|| {
    ///     DynamicEvent::new(Level::Debug, "legacy::db")
    ///         .write(format_args!("checked out"), &[("pool", Value::debug(&Pool { free: 3 }))]);
    /// });
    /// assert_eq!(capture.values()[0]["pool"], "Pool { free: 3 }");
    /// ```
    pub fn debug(value: &'a impl Debug) -> Self {
        Self(ValueKind::Debug(value))
    }

    /// Shows an error with its causes. The causes of `key` stand under
    /// `key_chain`.
    ///
    /// In an event or an attribute, `key = error` does the same for a standard
    /// error, for `&error as &dyn Error`, and for a type that holds an error,
    /// such as `anyhow::Error`. It also takes an `Option` of these; `None`
    /// leaves the key out.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{DynamicEvent, Level, field::Value, testing::Capture};
    ///
    /// let error = std::io::Error::other(std::fmt::Error);
    /// let capture = Capture::new();
    /// capture.run(|| {
    ///     DynamicEvent::new(Level::Warn, "legacy::db")
    ///         .write(format_args!("giving up"), &[("error", Value::error(&error))]);
    /// });
    /// assert_eq!(capture.values()[0]["error"], error.to_string());
    /// ```
    pub fn error(error: &'a impl Error) -> Self {
        Self(ValueKind::Error(error))
    }

    pub(crate) fn caused_by(holder: &'a dyn Caused) -> Self {
        Self(ValueKind::Error(holder))
    }

    pub(crate) const ABSENT: Self = Self(ValueKind::Absent);
}

impl<'a> Value<'a> {
    /// Shows a value as text, whatever its type.
    #[inline]
    pub(crate) fn as_text(value: &'a impl ToValue) -> Self {
        let plain = value.to_value();
        if plain.is_text() { plain } else { Self(ValueKind::AsText(value)) }
    }

    /// Returns whether it is written as a string.
    pub(crate) fn is_text(&self) -> bool {
        match self.0 {
            ValueKind::Absent
            | ValueKind::Str(_)
            | ValueKind::Char(_)
            | ValueKind::Bytes(_)
            | ValueKind::Uuid(_)
            | ValueKind::TraceId(_)
            | ValueKind::Display(_)
            | ValueKind::Debug(_)
            | ValueKind::Error(_)
            | ValueKind::Redacted
            | ValueKind::AsText(_) => true,
            ValueKind::Bool(_)
            | ValueKind::U64(_)
            | ValueKind::I64(_)
            | ValueKind::U128(_)
            | ValueKind::I128(_)
            | ValueKind::F32(_)
            | ValueKind::F64(_)
            | ValueKind::Nanos(_)
            | ValueKind::Nested(_) => false,
        }
    }

    /// Returns whether it is nested JSON.
    #[inline]
    pub(crate) fn is_nested(&self) -> bool {
        matches!(self.0, ValueKind::Nested(_))
    }

    /// Returns whether the key is left out.
    #[inline]
    pub(crate) fn is_absent(&self) -> bool {
        matches!(self.0, ValueKind::Absent)
    }

    /// Returns the error, if the value is one.
    #[inline]
    pub(crate) fn caused(&self) -> Option<&'a dyn Caused> {
        match self.0 {
            ValueKind::Error(error) => Some(error),
            _ => None,
        }
    }
}

/// A value with a text and perhaps a cause: a standard error, or a type that
/// holds one.
pub(crate) trait Caused {
    fn text(&self) -> &dyn Display;

    fn source(&self) -> Option<&(dyn Error + 'static)>;
}

impl<E: Error> Caused for E {
    fn text(&self) -> &dyn Display {
        self
    }

    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Error::source(self)
    }
}

impl Debug for Value<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Value(..)")
    }
}

/// A type that can be logged with `key = value`.
///
/// These are booleans, all integers and floats, `char`, strings, bytes (taken
/// as text), [`Duration`] (as milliseconds), [`Uuid`], [`TraceId`], an `Option`
/// of these (`None` leaves the key out), references and smart pointers to them,
/// and the wrappers [`Secret`](crate::Secret), [`Public`](crate::Public) and
/// [`Json`](crate::Json). Log any other type with `key = %value` or
/// `key = ?value`, or, for example a list, with `key = Json(&value)`.
///
/// `key = value` also accepts an error, although errors do not implement this
/// trait: see [`Value::error`].
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use trace_runtime::{info, testing::Capture};
///
/// let capture = Capture::new();
/// capture.run(|| info!(timeout = Duration::from_millis(250), region = None::<&str>, "connecting"));
/// assert_eq!(capture.values()[0]["timeout"], 250.0);
/// assert!(capture.values()[0].get("region").is_none());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be logged directly",
    label = "not a number, a string, or another type that a field can hold",
    note = "use `key = ?value` to log its `Debug` text, or `key = %value` for its `Display` text",
    note = "use `key = Json(&value)` to log a list, a map or any other `Serialize` as JSON"
)]
pub trait ToValue: sealed::Sealed {
    /// Returns the value, borrowed.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use trace_runtime::{DynamicEvent, Level, field::ToValue as _, testing::Capture};
    ///
    /// let (size, took) = (3_u8, Duration::from_micros(1_500));
    /// let capture = Capture::new();
    /// capture.run(|| {
    ///     DynamicEvent::new(Level::Info, "legacy::db").write(
    ///         format_args!("read"),
    ///         &[("size", size.to_value()), ("took_ms", took.to_value())],
    ///     );
    /// });
    /// let line = &capture.values()[0];
    /// assert_eq!((&line["size"], &line["took_ms"]), (&3.into(), &1.5.into()));
    /// ```
    fn to_value(&self) -> Value<'_>;
}

pub(super) mod sealed {
    pub trait Sealed {}
}

/// Writes the two impls that each plain type needs.
macro_rules! to_value {
    ($($type:ty: $value:ident => $kind:expr,)*) => {$(
        impl sealed::Sealed for $type {}
        impl ToValue for $type {
            fn to_value(&self) -> Value<'_> {
                let $value = self;
                Value($kind)
            }
        }
    )*};
}

/// A value is itself what can be logged.
impl sealed::Sealed for Value<'_> {}
impl ToValue for Value<'_> {
    fn to_value(&self) -> Value<'_> {
        *self
    }
}

impl sealed::Sealed for SpanId {}
impl ToValue for SpanId {
    fn to_value(&self) -> Value<'_> {
        Value::display(self)
    }
}

to_value! {
    bool: it => ValueKind::Bool(*it),
    u8: it => ValueKind::U64((*it).into()),
    u16: it => ValueKind::U64((*it).into()),
    u32: it => ValueKind::U64((*it).into()),
    u64: it => ValueKind::U64(*it),
    usize: it => ValueKind::U64(*it as u64),
    u128: it => ValueKind::U128(*it),
    i8: it => ValueKind::I64((*it).into()),
    i16: it => ValueKind::I64((*it).into()),
    i32: it => ValueKind::I64((*it).into()),
    i64: it => ValueKind::I64(*it),
    isize: it => ValueKind::I64(*it as i64),
    i128: it => ValueKind::I128(*it),
    f32: it => ValueKind::F32(*it),
    f64: it => ValueKind::F64(*it),
    char: it => ValueKind::Char(*it),
    str: it => ValueKind::Str(it),
    String: it => ValueKind::Str(it),
    Duration: it => ValueKind::Nanos(crate::clock::nanos(*it)),
    Uuid: it => ValueKind::Uuid(it),
    TraceId: it => ValueKind::TraceId(it),
}

/// Writes the impls of types that stand for the value inside them.
macro_rules! to_value_through {
    ($($type:ty => |$it:ident| $inner:expr,)*) => {$(
        impl<T: ToValue + ?Sized> sealed::Sealed for $type {}
        impl<T: ToValue + ?Sized> ToValue for $type {
            fn to_value(&self) -> Value<'_> {
                let $it = self;
                $inner.to_value()
            }
        }
    )*};
}

to_value_through! {
    &T => |it| **it,
    &mut T => |it| **it,
    Box<T> => |it| **it,
    Rc<T> => |it| **it,
    Arc<T> => |it| **it,
}

/// Bytes are text. For a list of anything else, rustc must not suggest these
/// types.
macro_rules! to_value_as_text {
    ($([$($bound:tt)*] $type:ty,)*) => {$(
        impl<$($bound)*> sealed::Sealed for $type {}
        #[diagnostic::do_not_recommend]
        impl<$($bound)*> ToValue for $type {
            fn to_value(&self) -> Value<'_> {
                Value(ValueKind::Bytes(self))
            }
        }
    )*};
}

to_value_as_text! { [] [u8], [] Vec<u8>, [const N: usize] [u8; N], }

impl<T: ToValue + ToOwned + ?Sized> sealed::Sealed for Cow<'_, T> {}
impl<T: ToValue + ToOwned + ?Sized> ToValue for Cow<'_, T> {
    fn to_value(&self) -> Value<'_> {
        (**self).to_value()
    }
}

impl<T: ToValue> sealed::Sealed for Option<T> {}
impl<T: ToValue> ToValue for Option<T> {
    fn to_value(&self) -> Value<'_> {
        self.as_ref().map_or(Value(ValueKind::Absent), T::to_value)
    }
}

impl<T: ToValue> sealed::Sealed for Wrapping<T> {}
impl<T: ToValue> ToValue for Wrapping<T> {
    fn to_value(&self) -> Value<'_> {
        self.0.to_value()
    }
}

impl<T: ToValue> sealed::Sealed for Saturating<T> {}
impl<T: ToValue> ToValue for Saturating<T> {
    fn to_value(&self) -> Value<'_> {
        self.0.to_value()
    }
}

/// A `NonZero` gives no reference to its integer, so that is copied.
macro_rules! to_value_non_zero {
    ($($int:ty: $kind:ident,)*) => {$(
        impl sealed::Sealed for NonZero<$int> {}
        impl ToValue for NonZero<$int> {
            fn to_value(&self) -> Value<'_> {
                Value(ValueKind::$kind(self.get().into()))
            }
        }
    )*};
}

to_value_non_zero! {
    u8: U64, u16: U64, u32: U64, u64: U64, u128: U128,
    i8: I64, i16: I64, i32: I64, i64: I64, i128: I128,
}

impl sealed::Sealed for NonZero<usize> {}
impl ToValue for NonZero<usize> {
    fn to_value(&self) -> Value<'_> {
        Value(ValueKind::U64(self.get() as u64))
    }
}
