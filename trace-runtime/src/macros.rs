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
///   `None` leaves the key out, also by `%`.
/// - `error = e` for an error, for `&e as &dyn Error`, or for what holds one,
///   such as `anyhow::Error`, writes its text, and its causes under the key and
///   `_chain`: `error_chain`.
/// - Keys may have dots, which stay dots; a string literal is a key too.
/// - A key has one type on every line. So one that the runtime uses to select
///   lines, or for what is no text, is refused, in upper or lower case:
///   write `order_status` for `status`. What is text on the lines of requests
///   (`error`, `name`, `path`, `method`, `route`) is text here: `error = 5` is
///   written as `"5"`.
/// - The message is a format string with its arguments, as in `println!`; also
///   what a macro makes of one, as `concat!("[db] ", "{}")`.
/// - A value may be awaited; the future around it is as `Send` as it was.
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
/// for (answer, level) in [(200, Level::Info), (500, Level::Error)] {
///     capture.run(|| event!(level, answer, "answered"));
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
/// no step they go to the request. Outside a trace, and once its request
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

/// Carries fields along: from now on they stand on every line of the trace, those
/// of steps, spawned tasks and the request itself among them.
///
/// For what one looks lines up by, such as a user or a tenant. Nothing is carried
/// that is not named here or in `#[traced_handler(carry(…))]`. Fields are written
/// as in [`info!`](crate::info!). They stand behind a line's own, and give way to
/// an own field of that name. The last value of a key wins; `None` ends it.
///
/// All of them together take at most 256 bytes of a line. Text is cut there, and
/// what does not fit is left out; the lines then say `"truncated":true`.
///
/// Outside a trace, and once its request line is written, nothing is
/// evaluated. What is carried then stays on the lines to come.
///
/// # Examples
///
/// ```
/// use trace_runtime::{carry, info, testing::Capture, timed, traced_handler};
///
/// #[traced_handler(carry(tenant))]
/// async fn get_messages(tenant: &str) {
///     authenticate().await;
///     info!("allowed");
/// }
///
/// #[timed]
/// async fn authenticate() {
///     carry!(user_id = 42);
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let capture = Capture::new();
/// capture.scope(get_messages("globex")).await;
/// for line in capture.values() {
///     assert_eq!(line["tenant"], "globex");
///     assert_eq!(line["user_id"], 42);
/// }
/// # }
/// ```
#[macro_export]
macro_rules! carry {
    ($($fields:tt)*) => {
        $crate::__private::__record!($crate; carry; $($fields)*)
    };
}

/// Adds to sums on the request line, from anywhere below the handler.
///
/// `count_request!(cache_hits)` adds one, `count_request!(bytes += n)` any integer or
/// float ([`Countable`](crate::Countable)), negative ones too. Each sum is one
/// field of the request, behind the others, in the order in which they were first
/// counted. Integers stay integers, and are exact whichever threads and tasks
/// count; a sum stops at `i64::MAX`, the most that readers of JSON can hold, and
/// never wraps.
///
/// Once counted, a key is a number on that line: of a key that is recorded, too,
/// the last write wins, unless what is recorded is no number.
///
/// Outside a trace, and once its request line is written, nothing is
/// evaluated.
///
/// # Examples
///
/// ```
/// use trace_runtime::{count_request, testing::Capture, timed, traced_handler};
///
/// #[traced_handler]
/// async fn get_messages() {
///     fetch(3);
///     fetch(4);
/// }
///
/// #[timed]
/// fn fetch(rows: usize) {
///     count_request!(queries, rows += rows);
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let capture = Capture::new();
/// capture.scope(get_messages()).await;
/// capture.assert_request("get_messages").field("queries", 2).field("rows", 7);
/// # }
/// ```
#[macro_export]
macro_rules! count_request {
    ($($counts:tt)*) => {
        $crate::__private::__count!($crate; $($counts)*)
    };
}

/// Times a block, a future or a stream as a step: what
/// [`timed`](macro@crate::timed) is for functions.
///
/// First the name, then options as on the attribute (`level`, `target`,
/// `fields(…)`, `err`, `slow`, `cancelled`), then what is timed:
///
/// - A block `{ … }` is run at once, and the step ends with its value. It is a
///   closure: `?` and `return` end the block, not the function around it.
///   A block whose value is a future only builds it: write that without braces.
/// - Any other expression is a future; what comes of `step!` is one too.
/// - `stream = …` is a stream, timed from its first poll to its end; its line
///   counts the `items`. This needs the feature `stream`.
///
/// The type of an error may follow from what comes after the step, as in
/// `step!("load", async { let row = query()?; Ok(row) }).await`, if it is a
/// standard one, one of `anyhow` or `eyre`, boxed, or text. A type of any other
/// kind is named where the step ends: `Ok::<_, MyError>(row)`.
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

/// Names an option that an attribute does not know: see
/// `__private/options.rs`. For rustc it is nothing.
#[cfg(not(rust_analyzer))]
#[doc(hidden)]
#[macro_export]
macro_rules! __options {
    ($attribute:ident: $($option:ident)*) => {};
}

#[cfg(rust_analyzer)]
#[doc(hidden)]
#[macro_export]
macro_rules! __options {
    ($attribute:ident: $($option:ident)*) => {
        fn __tr_options() {
            $(use $crate::__private::options::$attribute::$option;)*
        }
    };
}
