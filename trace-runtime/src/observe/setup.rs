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
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::observe::Wants;
    ///
    /// assert!(Wants::ALL.contain(Wants::REQUESTS | Wants::EVENTS));
    /// assert!(!Wants::STEPS.contain(Wants::ALL));
    /// assert!(Wants::NONE.contain(Wants::NONE));
    /// ```
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
///
/// # Examples
///
/// ```
/// use std::sync::{Arc, atomic::{AtomicU64, Ordering}};
/// use trace_runtime::observe::{Closed, Observe, Setup, Wants};
/// # use trace_runtime::{testing::Capture, timed};
///
/// #[derive(Default)]
/// struct Exporter(AtomicU64);
///
/// impl Observe for Exporter {
///     fn installed(&self, setup: &Setup<'_>) -> Wants {
///         // What belongs to no service cannot be exported.
///         let is_named = setup.static_fields().any(|(name, _)| name == "service");
///         if is_named { Wants::STEPS } else { Wants::NONE }
///     }
///
///     fn closed(&self, _: &Closed<'_>) {
///         self.0.fetch_add(1, Ordering::Relaxed);
///     }
/// }
///
/// # #[timed]
/// # fn load() {}
/// #
/// let exporter = Arc::new(Exporter::default());
/// Capture::new().observed_by(exporter.clone()).run(load);
/// assert_eq!(exporter.0.load(Ordering::Relaxed), 0);
/// ```
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
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::Mutex;
    /// use trace_runtime::{observe::{FieldValue, Observe, Setup, Wants}, sink::Memory};
    ///
    /// static SERVICE: Mutex<String> = Mutex::new(String::new());
    ///
    /// struct Exporter;
    ///
    /// impl Observe for Exporter {
    ///     fn installed(&self, setup: &Setup<'_>) -> Wants {
    ///         let service = setup.static_fields().find(|(name, _)| *name == "service");
    ///         if let Some((_, FieldValue::Text(name))) = service {
    ///             SERVICE.lock().unwrap().push_str(&name.to_plain());
    ///         }
    ///         Wants::ALL
    ///     }
    /// }
    ///
    /// let builder = trace_runtime::builder().sink(Memory::default());
    /// builder.field("service", "shop").observe(Exporter).init()?;
    /// assert_eq!(*SERVICE.lock().unwrap(), "shop");
    /// # Ok::<(), trace_runtime::Error>(())
    /// ```
    pub fn static_fields(&self) -> impl Iterator<Item = (&'a str, FieldValue<'a>)> {
        self.static_fields.iter().map(|(name, value)| (*name, FieldValue::of(as_text(value))))
    }
}
