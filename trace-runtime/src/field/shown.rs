//! Chooses how the value of a field is shown, by its type, for `key = value`
//! and `key = %value`.
//!
//! Most types are [`ToValue`]. Errors are not: a blanket impl for all errors
//! would rule out impls for types of other crates. Neither are types that hold
//! an error, such as `anyhow::Error`. So method resolution tries one trait
//! after the other, as in `outcome`: a reference to the value is nested in
//! ranks, and each rank dereferences to the next one. The last rank gives a
//! value only if the type is [`ToValue`], so that rustc reports which trait is
//! missing, and where.

use std::{
    error::Error,
    fmt::{self, Debug, Display},
    ops::Deref,
};

use crate::field::value::{Caused, ToValue, Value};

/// A reference to a value, to be shown.
pub struct Leaf<'a, T: ?Sized>(&'a T);

/// A rank that is tried before the rank inside it.
pub struct Rank<R>(R);

impl<R> Deref for Rank<R> {
    type Target = R;

    fn deref(&self) -> &R {
        &self.0
    }
}

impl<T: ?Sized> Debug for Leaf<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Leaf(..)")
    }
}

impl<R> Debug for Rank<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Rank(..)")
    }
}

/// A value that cannot be shown.
pub struct Unshown<T>(T);

impl<T> Debug for Unshown<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Unshown(..)")
    }
}

/// A value that a field can hold. For any other type, rustc reports the error
/// here.
pub trait Field<'a> {
    /// Returns the value.
    fn value(self) -> Value<'a>;
}

impl<'a> Field<'a> for Value<'a> {
    #[inline]
    fn value(self) -> Self {
        self
    }
}

impl<'a, T: ToValue + ?Sized> Field<'a> for Unshown<Leaf<'a, T>> {
    fn value(self) -> Value<'a> {
        self.0.0.to_value()
    }
}

impl<'a, T: Display> Field<'a> for Unshown<Text<'a, T>> {
    fn value(self) -> Value<'a> {
        Value::display(self.0.0)
    }
}

/// Returns the value of a field.
#[inline]
pub fn field<'a>(shown: impl Field<'a>) -> Value<'a> {
    shown.value()
}

/// For `key = value`: shows the value by its type.
pub const fn value<T: ?Sized>(value: &T) -> Rank10<'_, T> {
    Rank(errors(value))
}

const fn errors<T: ?Sized>(value: &T) -> Rank9<'_, T> {
    Rank(Rank(Rank(Rank(Rank(Rank(Rank(Rank(Rank(Leaf(value))))))))))
}

type Rank1<'a, T> = Rank<Leaf<'a, T>>;
type Rank2<'a, T> = Rank<Rank1<'a, T>>;
type Rank3<'a, T> = Rank<Rank2<'a, T>>;
type Rank4<'a, T> = Rank<Rank3<'a, T>>;
type Rank5<'a, T> = Rank<Rank4<'a, T>>;
type Rank6<'a, T> = Rank<Rank5<'a, T>>;
type Rank7<'a, T> = Rank<Rank6<'a, T>>;
type Rank8<'a, T> = Rank<Rank7<'a, T>>;
type Rank9<'a, T> = Rank<Rank8<'a, T>>;
type Rank10<'a, T> = Rank<Rank9<'a, T>>;

impl<'a, T: ToValue + ?Sized> Rank10<'a, T> {
    /// A number, a string, or another type that a field can hold.
    pub fn shown(&self) -> Value<'a> {
        self.leaf().to_value()
    }
}

impl<'a, T: Error> Rank9<'a, T> {
    /// A standard error: its text, and its causes.
    pub fn shown(&self) -> Value<'a> {
        Value::error(self.leaf())
    }
}

/// Writes the rank of a type that holds an error and shows its text.
macro_rules! holder {
    ($(#[$doc:meta])* $rank:ident, if [$($bound:tt)*] |$holder:ident| $source:expr) => {
        impl<'a, T: $($bound)*> $rank<'a, T> {
            $(#[$doc])*
            pub fn shown(&self) -> Value<'_> {
                Value::caused_by(self)
            }
        }

        impl<'a, T: $($bound)*> Caused for $rank<'a, T> {
            fn text(&self) -> &dyn Display {
                self.leaf()
            }

            fn source(&self) -> Option<&(dyn Error + 'static)> {
                let $holder = self.leaf();
                $source
            }
        }
    };
}

holder! {
    /// `anyhow::Error`, `eyre::Report`, `Box<dyn Error>`, `Rc<E>`.
    Rank8, if [Display + Deref<Target: Error>] |holder| (**holder).source()
}

holder! {
    /// A type that gives the error it holds only as a reference.
    Rank7, if [Display + AsRef<dyn Error + Send + Sync>] |holder| holder.as_ref().source()
}

holder! {
    /// `Arc<anyhow::Error>`, `&Box<dyn Error>`.
    Rank6, if [Display + Deref<Target: Deref<Target: Error>>] |holder| (***holder).source()
}

holder! {
    /// `&Arc<anyhow::Error>`, `Arc<Arc<eyre::Report>>`.
    Rank5, if [Display + Deref<Target: Deref<Target: Deref<Target: Error>>>]
        |holder| (****holder).source()
}

holder! {
    /// `&Arc<Arc<eyre::Report>>`.
    Rank4, if [Display + Deref<Target: Deref<Target: Deref<Target: Deref<Target: Error>>>>]
        |holder| (*****holder).source()
}

impl<'a, T: Maybe<Inner: Error> + 'a> Rank3<'a, T> {
    /// An optional standard error. If it is `None`, the key is left out.
    pub fn shown(&self) -> Value<'a> {
        self.leaf().get().map_or(Value::ABSENT, Value::error)
    }
}

/// Writes the rank of an `Option` of a type that holds an error and shows its
/// text.
macro_rules! optional_holder {
    ($(#[$doc:meta])* $rank:ident, if [$($bound:tt)*] |$holder:ident| $source:expr) => {
        impl<'a, T: Maybe<Inner: $($bound)*>> $rank<'a, T> {
            $(#[$doc])*
            pub fn shown(&self) -> Value<'_> {
                self.leaf().get().map_or(Value::ABSENT, |_| Value::caused_by(self))
            }
        }

        impl<'a, T: Maybe<Inner: $($bound)*>> Caused for $rank<'a, T> {
            fn text(&self) -> &dyn Display {
                self.leaf().get().map_or(&"", |holder| holder)
            }

            fn source(&self) -> Option<&(dyn Error + 'static)> {
                self.leaf().get().and_then(|$holder| $source)
            }
        }
    };
}

optional_holder! {
    /// `Option<anyhow::Error>`, `Option<Box<dyn Error>>`.
    Rank2, if [Display + Deref<Target: Error>] |holder| (**holder).source()
}

optional_holder! {
    /// `Option<&anyhow::Error>`, `Option<Arc<anyhow::Error>>`.
    Rank1, if [Display + Deref<Target: Deref<Target: Error>>] |holder| (***holder).source()
}

/// An `Option`, or a reference to one.
pub trait Maybe {
    /// The type of the value inside.
    type Inner;

    /// Returns the value inside.
    fn get(&self) -> Option<&Self::Inner>;
}

impl<T> Maybe for Option<T> {
    type Inner = T;

    fn get(&self) -> Option<&T> {
        self.as_ref()
    }
}

impl<T: Maybe + ?Sized> Maybe for &T {
    type Inner = T::Inner;

    fn get(&self) -> Option<&T::Inner> {
        (**self).get()
    }
}

impl<'a, T: ?Sized> Leaf<'a, T> {
    /// A type that cannot be shown: rustc will report it.
    pub fn shown(&self) -> Unshown<Self> {
        Unshown(Self(self.0))
    }

    fn reference(&self) -> &&'a T {
        &self.0
    }

    fn leaf(&self) -> &'a T {
        self.0
    }
}

/// For `key = value`, where other lines have text under this key: shows it as
/// text.
pub const fn as_text<T: ?Sized>(value: &T) -> AsText<Rank9<'_, T>> {
    AsText(errors(value))
}

/// Takes the place of the first rank, to show the value as text.
pub struct AsText<R>(R);

impl<R> Deref for AsText<R> {
    type Target = R;

    fn deref(&self) -> &R {
        &self.0
    }
}

impl<R> Debug for AsText<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AsText(..)")
    }
}

impl<T: ToValue + ?Sized> AsText<Rank9<'_, T>> {
    /// A number, a string, or another type that a field can hold.
    #[inline]
    pub fn shown(&self) -> Value<'_> {
        Value::as_text(self.reference())
    }
}

/// For `key = %value`: shows the value as its `Display` text.
pub const fn display<T: ?Sized>(value: &T) -> Rank<Rank<Text<'_, T>>> {
    Rank(Rank(Text(value)))
}

/// A reference to a value, to be shown as its text.
pub struct Text<'a, T: ?Sized>(&'a T);

impl<T: ?Sized> Debug for Text<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Text(..)")
    }
}

impl<'a, T: Display> Rank<Rank<Text<'a, T>>> {
    /// A type with a `Display` text.
    pub fn shown(&self) -> Value<'a> {
        Value::display(self.0.0.0)
    }
}

impl<'a, T: Optional> Rank<Text<'a, T>> {
    /// An optional value. If it is `None`, the key is left out.
    pub fn shown(&self) -> Value<'a> {
        self.0.0.text()
    }
}

impl<T> Text<'_, T> {
    /// A type without a `Display` text: rustc will report it.
    pub fn shown(&self) -> Unshown<Self> {
        Unshown(Self(self.0))
    }
}

/// An `Option` of a type with a `Display` text, also behind references.
pub trait Optional {
    /// Returns its text, or an absent value.
    fn text(&self) -> Value<'_>;
}

impl<T: Display> Optional for Option<T> {
    fn text(&self) -> Value<'_> {
        self.as_ref().map_or(Value::ABSENT, Value::display)
    }
}

/// Writes the impls of types that stand for the `Option` inside them.
macro_rules! optional_through {
    ($($type:ty,)*) => {$(
        impl<T: Optional + ?Sized> Optional for $type {
            fn text(&self) -> Value<'_> {
                (**self).text()
            }
        }
    )*};
}

optional_through! { &T, &mut T, Box<T>, std::rc::Rc<T>, std::sync::Arc<T>, }
