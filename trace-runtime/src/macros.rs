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

/// Adds fields to the line of the innermost step or request, known only now.
///
/// Fields are written as in [`info!`](crate::info!). The last value of a key
/// wins, also over one that the attribute gave. In a spawned task that is in
/// no step they go to the request. Outside of a trace, and once its request
/// line is written, nothing happens, and nothing is evaluated.
///
/// So it is in a step that a request has left behind, too, although that has a
/// line: write an event there, or make the work a handler of its own. In debug
/// builds the first field that comes too late is reported on standard error.
///
/// # Examples
///
/// ```
/// use trace_runtime::{record, testing::Capture, timed, traced_handler};
///
/// #[traced_handler]
/// async fn get_messages() {
///     fetch().await;
/// }
///
/// #[timed]
/// async fn fetch() {
///     let rows = vec!["hello", "bye"];
///     record!(rows = rows.len());
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let capture = Capture::new();
/// capture.scope(get_messages()).await;
/// assert_eq!(capture.values()[0]["name"], "fetch");
/// assert_eq!(capture.values()[0]["rows"], 2);
/// # }
/// ```
#[macro_export]
macro_rules! record {
    ($($fields:tt)*) => {
        $crate::__private::__record!($crate; record; $($fields)*)
    };
}

/// Adds fields to the request line, from anywhere below the handler.
///
/// As [`record!`](crate::record!), but always to the request: what one wants
/// to find requests by. Once the request has ended, it does nothing.
///
/// # Examples
///
/// ```
/// use trace_runtime::{record_request, testing::Capture, timed, traced_handler};
///
/// #[traced_handler]
/// async fn get_messages() {
///     authenticate().await;
/// }
///
/// #[timed]
/// async fn authenticate() {
///     record_request!(user_id = 42);
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let capture = Capture::new();
/// capture.scope(get_messages()).await;
/// capture.assert_request("get_messages").field("user_id", 42);
/// # }
/// ```
#[macro_export]
macro_rules! record_request {
    ($($fields:tt)*) => {
        $crate::__private::__record!($crate; record_request; $($fields)*)
    };
}

/// Times a block, a future or a stream as a step: what
/// [`timed`](macro@crate::timed) is for functions.
///
/// First the name, then options as on the attribute (`level`, `target`,
/// `fields(…)`, `err`, `slow`, `cancelled`), then what is timed:
///
/// - A block `{ … }` is run at once, and the step ends with its value. It is a
///   closure: `?` and `return` end the block, not the function around it. The
///   type of its value must be known from the block itself.
/// - Any other expression is a future; what comes of `step!` is one too.
/// - `stream = …` is a stream, timed from its first poll to its end; its line
///   counts the `items`. This needs the feature `stream`.
///
/// # Examples
///
/// ```
/// use trace_runtime::{step, testing::Capture, traced_handler};
///
/// #[traced_handler]
/// async fn get_messages(text: &str) -> Result<u32, std::num::ParseIntError> {
///     let id = step!("parse", fields(length = text.len()), { text.parse::<u32>() })?;
///     step!("render", slow = "250ms", async { Ok(id + 1) }).await
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let capture = Capture::new();
/// assert_eq!(capture.scope(get_messages("41")).await, Ok(42));
/// assert_eq!(capture.tree(), "get_messages ok\n  parse ok\n  render ok\n");
/// # }
/// ```
#[macro_export]
macro_rules! step {
    ($($step:tt)*) => {
        $crate::__private::__step!($crate; $($step)*)
    };
}
