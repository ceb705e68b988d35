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
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{DynamicEvent, Level, testing::Capture};
    ///
    /// let capture = Capture::with_filter("info,legacy::db=debug");
    /// capture.run(|| {
    ///     for target in ["legacy::db", "legacy::http"] {
    ///         DynamicEvent::new(Level::Debug, target).write(format_args!("of {target}"), &[]);
    ///     }
    /// });
    /// assert_eq!(capture.lines().len(), 1);
    /// assert_eq!(capture.values()[0]["target"], "legacy::db");
    /// ```
    pub const fn new(level: Level, target: &'a str) -> Self {
        Self { level, from: Foreign { target, location: None } }
    }

    /// Sets the file and the line that the event comes from.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{DynamicEvent, Level, sink::Memory};
    ///
    /// // Places are written where the builder says so.
    /// let memory = Memory::default();
    /// trace_runtime::builder().sink(memory.clone()).source_location().init()?;
    /// DynamicEvent::new(Level::Info, "legacy::db")
    ///     .location("src/db.rs", 7)
    ///     .write(format_args!("connected"), &[]);
    /// assert!(memory.text().contains(r#""file":"src/db.rs","line":7"#));
    /// # Ok::<(), trace_runtime::Error>(())
    /// ```
    pub const fn location(mut self, file: &'a str, line: u32) -> Self {
        self.from.location = Some((file, line));
        self
    }

    /// Writes the event, if it passes the filter.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{DynamicEvent, Level, field::ToValue as _, testing::Capture};
    ///
    /// let (rows, table) = (3, "messages");
    /// let capture = Capture::new();
    /// capture.run(|| {
    ///     DynamicEvent::new(Level::Info, "legacy::db").write(
    ///         format_args!("fetched {rows} rows"),
    ///         &[("rows", rows.to_value()), ("table", table.to_value())],
    ///     );
    /// });
    /// let line = &capture.values()[0];
    /// assert_eq!(line["message"], "fetched 3 rows");
    /// assert_eq!((&line["rows"], &line["table"]), (&3.into(), &"messages".into()));
    /// ```
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
///
/// # Examples
///
/// ```
/// use trace_runtime::{DynamicEvent, DynamicFields, Level, testing::Capture};
///
/// /// A record of another library lends its pairs one by one.
/// fn set_all(fields: &mut DynamicFields<'_>) {
///     for pair in "user=ada;plan=free".split(';') {
///         let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
///         fields.set(key, value);
///     }
/// }
///
/// let capture = Capture::new();
/// capture.run(|| {
///     DynamicEvent::new(Level::Info, "legacy").write_with(format_args!("signed in"), set_all);
/// });
/// assert_eq!(capture.values()[0]["user"], "ada");
/// assert_eq!(capture.values()[0]["plan"], "free");
/// ```
pub struct DynamicFields<'a>(&'a mut dyn FnMut(&str, &Value<'_>));

impl DynamicFields<'_> {
    /// Sets a field. A key that came before keeps its value, and this one is
    /// `field.<key>`.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{DynamicEvent, Level, testing::Capture};
    ///
    /// let capture = Capture::new();
    /// capture.run(|| {
    ///     DynamicEvent::new(Level::Info, "legacy").write_with(format_args!("tried"), |fields| {
    ///         fields.set("attempt", 1);
    ///         fields.set("attempt", 2);
    ///         fields.set("reason", None::<&str>);
    ///     });
    /// });
    /// let line = &capture.values()[0];
    /// assert_eq!((&line["attempt"], &line["field.attempt"]), (&1.into(), &2.into()));
    /// assert!(line.get("reason").is_none());
    /// ```
    pub fn set(&mut self, key: &str, value: impl ToValue) {
        (self.0)(key, &value.to_value());
    }
}

impl fmt::Debug for DynamicFields<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DynamicFields").finish_non_exhaustive()
    }
}
