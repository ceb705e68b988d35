//! What an observer learns when it is installed, and what it asks for.

use std::ops::BitOr;

use super::{fields::FieldValue, text::as_text};

/// What an observer wants to be offered.
///
/// # Examples
///
/// ```
/// use trace_runtime::observe::Wants;
///
/// let wants = Wants::REQUESTS | Wants::STEPS;
/// assert!(wants.contain(Wants::STEPS) && !wants.contain(Wants::EVENTS));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wants(u8);

impl Wants {
    /// Nothing: the observer is not installed.
    pub const NONE: Self = Self(0);
    /// Requests and jobs.
    pub const REQUESTS: Self = Self(0b001);
    /// Steps, and calls to other services.
    pub const STEPS: Self = Self(0b010);
    /// Events.
    pub const EVENTS: Self = Self(0b100);
    /// Everything.
    pub const ALL: Self = Self(0b111);

    /// Returns whether all of `others` are wanted.
    #[must_use]
    pub const fn contain(self, others: Self) -> bool {
        self.0 & others.0 == others.0
    }
}

impl BitOr for Wants {
    type Output = Self;

    fn bitor(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// The settings of the output that an observer is installed beside.
#[derive(Clone, Copy, Debug)]
pub struct Setup<'a> {
    /// Name and value of each static field, as JSON.
    static_fields: &'a [(&'a str, &'a [u8])],
}

impl<'a> Setup<'a> {
    pub(crate) fn of(static_fields: &'a [(&'a str, &'a [u8])]) -> Self {
        Self { static_fields }
    }

    /// Returns the fields that every line has, from
    /// [`Builder::field`](crate::Builder::field).
    pub fn static_fields(&self) -> impl Iterator<Item = (&'a str, FieldValue<'a>)> {
        self.static_fields.iter().map(|(name, value)| (*name, FieldValue::of(as_text(value))))
    }
}
