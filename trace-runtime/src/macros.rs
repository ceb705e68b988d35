//! The event macros: each hands its tokens, and the path of this crate, to
//! `trace-macros`.

/// Writes the documentation that the five levels share.
macro_rules! event_macros {
    ($($(#[$doc:meta])* $name:ident $level:ident)*) => {
        // `$` cannot be written in the output of a macro on stable.
        event_macros! { @ ($) $($(#[$doc])* $name $level)* }
    };
    (@ ($dollar:tt) $($(#[$doc:meta])* $name:ident $level:ident)*) => {$(
        $(#[$doc])*
        ///
        /// Fields first, then the message, which may be left out; see
        /// [`info!`](crate::info!) for what both may be.
        #[macro_export]
        macro_rules! $name {
            ($dollar($dollar event:tt)*) => {
                $dollar crate::__private::__event!($dollar crate; $level; $dollar($dollar event)*)
            };
        }
    )*};
}

event_macros! {
    /// Writes an event at [`Level::Trace`](crate::Level::Trace).
    trace Trace
    /// Writes an event at [`Level::Debug`](crate::Level::Debug).
    debug Debug
    /// Writes an event at [`Level::Warn`](crate::Level::Warn).
    warn Warn
    /// Writes an event at [`Level::Error`](crate::Level::Error).
    error Error
}

/// Writes an event at [`Level::Info`](crate::Level::Info).
///
/// ```text
/// info!(target: "x", user_id, count = n, error = %e, state = ?s, http.route = route, "fetched {n} messages")
/// ```
///
/// - A field is `key = value` for anything that is [`ToValue`](crate::ToValue),
///   `key = %value` for its `Display` text, `key = ?value` for its `Debug`
///   text. A variable of the key's name needs no value: `user_id`, `%error`.
/// - Keys may have dots, which stay dots; a string literal is a key too.
/// - The message is a format string with its arguments, as in `println!`.
/// - `target: "x"` first replaces the module's path.
///
/// Below the filter nothing of it is evaluated.
///
/// # Examples
///
/// ```
/// use trace_runtime::{info, testing::Capture};
///
/// let capture = Capture::new();
/// let (user_id, found) = (42, 3);
/// capture.run(|| info!(user_id, db.rows = found, "fetched {found} messages"));
///
/// let line = &capture.values()[0];
/// assert_eq!(line["message"], "fetched 3 messages");
/// assert_eq!(line["user_id"], 42);
/// assert_eq!(line["db.rows"], 3);
/// ```
#[macro_export]
macro_rules! info {
    ($($event:tt)*) => {
        $crate::__private::__event!($crate; Info; $($event)*)
    };
}

/// Writes an event at a level known only at run time.
///
/// # Examples
///
/// ```
/// use trace_runtime::{Level, event, testing::Capture};
///
/// let capture = Capture::new();
/// for (status, level) in [(200, Level::Info), (500, Level::Error)] {
///     capture.run(|| event!(level, status, "answered"));
/// }
/// assert_eq!(capture.values()[1]["level"], "ERROR");
/// ```
#[macro_export]
macro_rules! event {
    ($level:expr $(, $($event:tt)*)?) => {
        $crate::__private::__event!($crate; ($level); $($($event)*)?)
    };
}
