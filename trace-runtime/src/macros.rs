//! The event macros. Each passes its tokens, and the path of this crate, to
//! `trace-macros`.

/// Writes the macros of the levels whose documentation refers to `info!`.
macro_rules! event_macros {
    ($($(#[$doc:meta])* $name:ident $level:ident)*) => {
        // `$` cannot be written in the output of a macro on stable.
        event_macros! { @ ($) $($(#[$doc])* $name $level)* }
    };
    (@ ($dollar:tt) $($(#[$doc:meta])* $name:ident $level:ident)*) => {$(
        $(#[$doc])*
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
    ///
    /// Fields and message are written as in [`info!`](crate::info!).
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{testing::Capture, trace};
    ///
    /// let dump = || -> String { unreachable!("what the filter keeps out is not evaluated") };
    /// let capture = Capture::with_filter("debug,shop::db=trace");
    /// capture.run(|| {
    ///     trace!(table = dump(), "read");
    ///     trace!(target: "shop::db", bytes = 7, "read");
    /// });
    /// assert_eq!(capture.values()[0]["bytes"], 7);
    /// assert_eq!(capture.values()[0]["level"], "TRACE");
    /// ```
    trace Trace
    /// Writes an event at [`Level::Debug`](crate::Level::Debug).
    ///
    /// Fields and message are written as in [`info!`](crate::info!).
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{debug, testing::Capture};
    ///
    /// #[derive(Debug)]
    /// enum State {
    ///     Idle,
    /// }
    ///
    /// let capture = Capture::new();
    /// capture.run(|| debug!(state = ?State::Idle, free = 3, "checked in"));
    /// assert_eq!(capture.values()[0]["state"], "Idle");
    /// assert_eq!(capture.values()[0]["level"], "DEBUG");
    /// ```
    debug Debug
    /// Writes an event at [`Level::Warn`](crate::Level::Warn).
    ///
    /// Fields and message are written as in [`info!`](crate::info!).
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{testing::Capture, warn};
    ///
    /// let capture = Capture::new();
    /// let (peer, attempt) = (std::net::Ipv4Addr::LOCALHOST, 2);
    /// capture.run(|| warn!(%peer, attempt, "no answer"));
    /// assert_eq!(capture.values()[0]["peer"], "127.0.0.1");
    /// assert_eq!(capture.values()[0]["level"], "WARN");
    /// ```
    warn Warn
    /// Writes an event at [`Level::Error`](crate::Level::Error).
    ///
    /// Fields and message are written as in [`info!`](crate::info!).
    ///
    /// # Examples
    ///
    /// ```
    /// use std::io;
    /// use trace_runtime::{error, testing::Capture};
    ///
    /// let capture = Capture::new();
    /// let error = anyhow::Error::from(io::Error::other("disk gone")).context("no index");
    /// capture.run(|| error!(error, "cannot serve"));
    /// assert_eq!(capture.tree(), "\"cannot serve\" error: no index: disk gone\n");
    /// ```
    error Error
}

/// Writes an event at [`Level::Info`](crate::Level::Info).
///
/// ```text
/// info!(target: "x", user_id, count = n, error = %e, state = ?s, http.route = route, "fetched {n} messages")
/// ```
///
/// - A field is `key = value` for any type that implements
///   [`ToValue`](crate::field::ToValue), `key = %value` for its `Display` text,
///   and `key = ?value` for its `Debug` text. A variable that has the name of
///   the key needs no value: `user_id`, `%error`. If the value is `None`, the
///   key is left out; the same holds for `%`.
/// - `error = e` writes the text of an error, and its causes under the key with
///   `_chain` appended: `error_chain`. It takes an error, `&e as &dyn Error`,
///   or a type that holds an error, such as `anyhow::Error`.
/// - Keys may contain dots, which stay dots. A string literal is a key, too.
/// - A key has the same type on every line. A key that the runtime uses to
///   select lines, or for a value that is not text, is therefore refused,
///   whatever its case: write `order_status` instead of `status`. A key that is
///   text on request lines (`error`, `name`, `path`, `method`, `route`) is also
///   text here: `error = 5` is written as `"5"`.
/// - The message is a format string with its arguments, as in `println!`. It
///   may also be a macro that expands to one, such as `concat!("[db] ", "{}")`.
/// - A value may contain `.await`; the surrounding future stays `Send` if it
///   was.
/// - `target: "x"`, before everything else, replaces the path of the module.
///
/// If the filter rejects the event, none of the arguments are evaluated.
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

/// Adds fields that are known only now to the line of the innermost step or
/// request.
///
/// Fields are written as in [`info!`](crate::info!). The last value of a key
/// wins, even over a value from the attribute. In a spawned task that is not in
/// a step, the fields go to the request. Outside a trace, and after the request
/// line has been written, nothing happens and nothing is evaluated.
///
/// The same holds for a step that outlives its request, although that step has
/// a line of its own: write an event there, or make the work a handler of its
/// own. In debug builds, the first field that comes too late is reported on
/// standard error.
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
/// Works like [`record!`](crate::record!), but the fields always go to the
/// request: use it for the values by which requests are searched. After the
/// request has ended, it does nothing.
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

/// Carries fields along: from now on, they stand on every line of the trace.
/// That includes the lines of steps, of spawned tasks and of the request
/// itself.
///
/// Use it for the values by which lines are searched, such as a user or a
/// tenant. Only fields named here or in `#[traced_handler(carry(…))]` are
/// carried. Fields are written as in [`info!`](crate::info!). They follow the
/// line's own fields, and a field of the line with the same key replaces them.
/// The last value of a key wins; `None` removes the key.
///
/// Together, carried fields take at most 256 bytes of a line. Longer text is
/// cut, fields that do not fit are left out, and the lines then have
/// `"truncated":true`.
///
/// Outside a trace, and after the request line has been written, nothing is
/// evaluated. Fields carried until then stay on later lines.
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
/// `count_request!(cache_hits)` adds one. `count_request!(bytes += n)` adds any
/// integer or float ([`Countable`](crate::field::Countable)), which may be
/// negative. Each sum is a field of the request. The sums follow the other
/// fields, in the order in which they were first counted. Integer sums stay
/// integers and are exact, whichever threads and tasks count. A sum never
/// wraps: it stops at `i64::MAX`, the largest integer that JSON readers can
/// hold.
///
/// A counted key is always a number on the request line. If the key is also
/// recorded, the last write wins, unless the recorded value is not a number.
///
/// Outside a trace, and after the request line has been written, nothing is
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

/// Times a block, a future or a stream as a step, as
/// [`timed`](macro@crate::timed) does for a function.
///
/// The name comes first, then options as on the attribute (`level`, `target`,
/// `fields(…)`, `err`, `slow`, `cancelled`), then the code to time:
///
/// - A block `{ … }` runs at once, and the step ends with its value. The block
///   is a closure: `?` and `return` leave the block, not the surrounding
///   function. If the block only builds a future, write that future without
///   braces.
/// - Any other expression must be a future, and `step!` then returns a future.
/// - `stream = …` is a stream, timed from its first poll to its end. Its line
///   counts the `items`. This needs the feature `stream`.
///
/// The code after the step may determine the error type, as in
/// `step!("load", async { let row = query()?; Ok(row) }).await`, if that type
/// is a standard error, text, a boxed error, or an error of `anyhow` or `eyre`.
/// Any other type must be named where the step ends: `Ok::<_, MyError>(row)`.
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
#[doc(hidden)]
#[macro_export]
macro_rules! __options {
    ($attribute:ident: $($option:ident)*) => {
        // An editor looks into what is never compiled, too.
        #[cfg(any())]
        fn __() {
            $(use $crate::__private::options::$attribute::$option;)*
        }
    };
}
