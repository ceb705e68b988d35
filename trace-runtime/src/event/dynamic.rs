//! Events whose target and keys are known only at run time.

use std::fmt;

use super::{passes, submit_any};
use crate::{
    field::value::Value,
    filter,
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
        let Foreign { target, .. } = self.from;
        if filter::may_pass(self.level) && passes(self.level, |output| output.threshold(target)) {
            let origin = Origin::Foreign(&self.from);
            submit_any(self.level, origin, Message::Format(message), Fields::Named(fields));
        }
    }
}
