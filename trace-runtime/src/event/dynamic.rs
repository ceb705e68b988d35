//! Events whose target and keys are known only at run time.

use std::fmt;

use super::{enabled::enabled, submit_any};
use crate::{
    field::value::{ToValue, Value},
    level::Level,
    record::{Fields, Foreign, Message, Origin},
};

/// An event whose target and keys are known only at run time.
///
/// Use it to forward lines of other code, such as in a bridge from another
/// logging library. If the keys are known at compile time,
/// [`info!`](crate::info!) and the other event macros are faster.
///
/// A key that is reserved, or that occurs a second time, is written as
/// `field.<key>`, because no key stands twice on a line.
///
/// # Examples
///
/// ```
/// use trace_runtime::{DynamicEvent, Level, field::ToValue as _, testing::Capture};
///
/// let capture = Capture::new();
/// capture.run(|| {
///     DynamicEvent::new(Level::Info, "legacy::db")
///         .write(format_args!("connected"), &[("level", 3.to_value())]);
/// });
/// assert_eq!(capture.values()[0]["level"], "INFO");
/// assert_eq!(capture.values()[0]["field.level"], 3);
/// ```
#[derive(Clone, Copy, Debug)]
#[must_use = "`write` writes it"]
pub struct DynamicEvent<'a> {
    level: Level,
    from: Foreign<'a>,
}

impl<'a> DynamicEvent<'a> {
    /// Creates an event.
    pub const fn new(level: Level, target: &'a str) -> Self {
        Self { level, from: Foreign { target, location: None } }
    }

    /// Sets the file and the line that the event comes from.
    pub const fn location(mut self, file: &'a str, line: u32) -> Self {
        self.from.location = Some((file, line));
        self
    }

    /// Writes the event, if it passes the filter.
    pub fn write(&self, message: fmt::Arguments<'_>, fields: &[(&str, Value<'_>)]) {
        self.write_with(message, |to| {
            for (key, value) in fields {
                to.set(key, *value);
            }
        });
    }

    /// Writes the event with the fields that `set` sets, if it passes the filter.
    ///
    /// For fields that are only lent, one after the other. `set` may be called
    /// more than once, and sets the same fields each time; what it sets is
    /// written at once, and nothing is kept.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{DynamicEvent, Level, testing::Capture};
    ///
    /// let capture = Capture::new();
    /// capture.run(|| {
    ///     DynamicEvent::new(Level::Info, "legacy::db").write_with(format_args!("read"), |fields| {
    ///         fields.set("rows", 3);
    ///         fields.set("table", format!("messages_{}", 7));
    ///     });
    /// });
    /// assert_eq!(capture.values()[0]["rows"], 3);
    /// assert_eq!(capture.values()[0]["table"], "messages_7");
    /// ```
    pub fn write_with(&self, message: fmt::Arguments<'_>, set: impl Fn(&mut DynamicFields<'_>)) {
        if enabled(self.level, self.from.target) {
            let origin = Origin::Foreign(&self.from);
            let fields = |to: &mut dyn FnMut(&str, &Value<'_>)| set(&mut DynamicFields(to));
            submit_any(self.level, origin, Message::Format(message), Fields::Named(&fields));
        }
    }
}

/// Takes the fields of an event whose keys are known only at run time; see
/// [`DynamicEvent::write_with`].
pub struct DynamicFields<'a>(&'a mut dyn FnMut(&str, &Value<'_>));

impl DynamicFields<'_> {
    /// Sets a field. A key that came before keeps its value, and this one is
    /// `field.<key>`.
    pub fn set(&mut self, key: &str, value: impl ToValue) {
        (self.0)(key, &value.to_value());
    }
}

impl fmt::Debug for DynamicFields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynamicFields").finish_non_exhaustive()
    }
}
