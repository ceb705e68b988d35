//! Lines handed on from elsewhere: their targets and keys are known only at run
//! time.

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
/// For code that hands on other people's lines, such as a bridge from another
/// logging library; where the keys are known when the program is written,
/// [`info!`](crate::info!) and its sisters cost less.
///
/// A key that the runtime uses itself, or that came before, is written as
/// `field.<key>`: no key stands twice in a line.
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
    /// Starts an event.
    pub const fn new(level: Level, target: &'a str) -> Self {
        Self { level, from: Foreign { target, location: None } }
    }

    /// Says which file and line it comes from.
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
