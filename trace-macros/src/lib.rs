//! The attributes and event macros of `trace-runtime`.
//!
//! Use them from there: `use trace_runtime::{traced_handler, timed, info};`. An
//! expansion names items of the runtime, so both crates have the same version.
//! The event macros are documented there, too.
//!
//! ```
//! use trace_runtime::{timed, traced_handler};
//! # use trace_runtime::testing::Capture;
//! # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../trace-runtime/doc/printed.rs"));
//!
//! #[traced_handler(trace_id = request_id, fields(user_id))]
//! async fn get_orders(request_id: &str, user_id: u32) -> Result<usize, String> {
//!     load_orders(user_id)
//! }
//!
//! #[timed(level = "debug")]
//! fn load_orders(user_id: u32) -> Result<usize, String> {
//!     Err(format!("no user {user_id}"))
//! }
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! # let capture = Capture::new();
//! # let call = async {
//! let orders = get_orders("4bf92f3577b34da6a3ce929d0e0e4736", 42).await;
//! # assert!(orders.is_err());
//! # };
//! # capture.scope(call).await;
//! # assert_printed(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/printed.jsonl"), &capture.lines());
//! # }
//! ```
//!
//! Each writes a line when the function ends:
//!
//! ```json
#![doc = include_str!("../doc/printed.jsonl")]
//! ```
//!
//! Tokens come in and go out; nothing here knows a type of the runtime. A macro
//! is one of `attribute`, `event`, `late` and `step`. They are made of
//! `options`, `function`, `callsite` and `field`. `words` knows reserved keys
//! and secrets. `paths`, `spans`, `tokens`, `errors` and `fallback` serve all
//! of them.
#![forbid(unsafe_code)]

mod attribute;
mod callsite;
mod errors;
mod event;
#[cfg(test)]
mod expansions;
mod fallback;
mod field;
mod function;
mod late;
mod options;
mod paths;
mod spans;
mod step;
mod tokens;
mod words;

use proc_macro::TokenStream;

use self::options::ScopeMacro;

/// Opens a trace around a handler, and writes one line when it ends.
///
/// ```text
/// #[traced_handler(
///     name = "…", target = "…", level = "debug", kind = "job",
///     trace_id = expr, fields(user_id, rows = n), carry(tenant),
///     err = off, slow = "250ms", cancelled = "off", crate = path,
/// )]
/// ```
///
/// The line says `"Request processed"`, its outcome (the handler returned a
/// value or an error, panicked, or was cancelled), and how long it took. Every
/// line that is written while it runs has its trace id: those of events, and
/// those of [`#[timed]`](macro@timed) functions.
///
/// The function is `async`, or returns an `impl Future` or a boxed one, as
/// methods do under `#[async_trait]`. Its signature stays as it is, so the
/// attribute can stand above or below those of web frameworks (and [of other
/// crates](macro@timed#other-attributes)). Put it above `#[tokio::main]` and
/// `#[tokio::test]`. It works below them too, on a function that blocks, but
/// then every task that a current-thread runtime polls meanwhile is inside the
/// trace, however it was spawned.
///
/// # Options
///
/// | option | meaning | without it |
/// |---|---|---|
/// | `name = "…"` | the name on the line: a literal, or the path of a `&'static str` | the function's name |
/// | `target = "…"` | the same for the target, which filters go by | the module's path |
/// | `level = "…"` | the level of the line on success: `"debug"`, a number from 1 (trace) to 5 (error), or a path like `Level::DEBUG` | `"info"` |
/// | `trace_id = …` | an expression over the arguments: a `TraceId`, a `Uuid`, text, bytes, or an `Option` of these | a new id |
/// | `fields(…)` | fields for the line | none |
/// | `carry(…)` | fields for every line of the trace, written as in `fields(…)`; see [`carry!`] | none |
/// | `err = …` | what the line says about an error | by the error's type: see [below](#outcome) |
/// | `slow = "250ms"` | a longer duration makes the line a warning with `"slow":true`; in `ns`, `us`, `ms` or `s` | never |
/// | `cancelled = "…"` | the level of the line of a cancelled call, or `"off"` for no line; where cancelling is usual, as in a `select!` loop | at least `"warn"` |
/// | `kind = "job"` | for work that serves no request: the line says `"kind":"job"` and `Job finished` | `"request"` |
/// | `crate = …` | the path of `trace_runtime`, if it is renamed or re-exported | `::trace_runtime` |
///
/// Fields are written as in [`info!`]: `user_id` for a variable,
/// `rows = n + 1`, `%` for `Display` and `?` for `Debug` as in
/// `state = ?state`, keys with dots as in `http.route = route`. Arguments that
/// are not listed are not recorded. A field must not have a key that the
/// runtime writes itself, in upper or lower case: write `order_status` instead
/// of `status`. It must not leave the function, by `?` or `return`. If a key is
/// the name of a secret, such as `token`, wrap the value: `Secret(token)` hides
/// it, `Public(token)` shows it.
///
/// The trace id, the fields and the carried fields are evaluated once, before
/// the handler begins: at its first poll, or at the call if the function is not
/// `async`. If one of them panics, or is dropped while it is awaited, the
/// handler has no line.
///
/// # Outcome
///
/// The outcome depends on the type of the value: the `Err` of a `Result`, or of
/// an alias of one, is an error. Any other value is a success. The line of an
/// error has these keys:
///
/// | the error is | `error` | `error_chain` |
/// |---|---|---|
/// | a standard error | its `Display` text | its `source()`s, at most 8 |
/// | an `anyhow::Error`, a `Box<dyn Error>`, or an `Arc` or `Rc` of these | its `Display` text | the same |
/// | any other type with a `Display` | its `Display` text | |
/// | a newtype with a `Deref` to one of these | as its target | as its target |
/// | a response in parts: `(StatusCode, String)`, `(StatusCode, Json<T>)` | the body; `Json` as JSON text | |
/// | anything else | the name of its type: `<shop::AppError>` | |
///
/// `Debug` text may contain a secret, so it is not used unless `err` says so:
///
/// - `err = .0`, `err = .inner.source`: a field of the error, and that field's
///   causes. This suits a newtype around `anyhow::Error`.
/// - `err = |error| …`, or the path of a function that takes a `&E`: its value.
///   The value is an error, an `anyhow::Error` or `Box<dyn Error>`, text, a
///   number, or an `Option` of these. The closure does not see the function's
///   arguments.
/// - `err = debug`: the error's `Debug` text.
/// - `err = off`: nothing.
///
/// ```
/// use trace_runtime::{testing::Capture, traced_handler};
///
/// /// It has an `IntoResponse`, and no `Display`.
/// struct AppError(Box<dyn std::error::Error + Send + Sync>);
///
/// #[traced_handler(err = .0)]
/// async fn handler() -> Result<String, AppError> {
///     Err(AppError("disk gone".into()))
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let capture = Capture::new();
/// let _ = capture.scope(handler()).await;
/// assert_eq!(capture.tree(), "handler error: disk gone\n");
/// # }
/// ```
///
/// # Nested handlers
///
/// | the handler is called | it is |
/// |---|---|
/// | outside any trace | a request or a job, with a new id |
/// | below an edge, such as `trace_tower::TraceLayer` | part of the edge's request, and writes no line of its own |
/// | inside another handler | a step of that one, whatever its `kind` |
/// | in the context of a request that has ended, as in a spawned task | a request or a job with the same id, whose parent is the span that spawned it |
///
/// # Examples
///
/// ```
/// use trace_runtime::{testing::Capture, traced_handler};
///
/// #[traced_handler(trace_id = request_id, fields(user_id))]
/// async fn messages(request_id: Option<&str>, user_id: u64) -> Result<String, String> {
///     match user_id {
///         0 => Err("no such user".to_owned()),
///         _ => Ok(format!("messages of {user_id}")),
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let capture = Capture::new();
/// let _ = capture.scope(messages(Some("4bf92f3577b34da6a3ce929d0e0e4736"), 0)).await;
///
/// let line = &capture.values()[0];
/// assert_eq!(line["message"], "Request processed");
/// assert_eq!(line["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
/// assert_eq!(line["name"], "messages");
/// assert_eq!(line["outcome"], "error");
/// assert_eq!(line["error"], "no such user");
/// assert_eq!(line["user_id"], 0);
/// # }
/// ```
///
/// # What it becomes
///
/// ```
#[doc = include_str!("expansions/handler.rs")]
/// # fn main() {}
/// ```
///
/// # Limits
///
/// - If the function is not `async`, a boxed future is boxed once more, and
///   what the function does before it returns the future happens outside the
///   trace.
/// - A part of an argument that its pattern leaves out, as in `(a, _): (A, B)`,
///   is dropped after the other arguments.
///
/// [`carry!`]: https://docs.rs/trace-runtime/latest/trace_runtime/macro.carry.html
/// [`info!`]: https://docs.rs/trace-runtime/latest/trace_runtime/macro.info.html
#[proc_macro_attribute]
pub fn traced_handler(args: TokenStream, item: TokenStream) -> TokenStream {
    attribute::expand(ScopeMacro::TracedHandler, &args.into(), &item.into()).into()
}

/// Times each call of a function, as a step of the trace it runs in.
///
/// ```text
/// #[timed(
///     name = "…", target = "…", level = "debug", construction,
///     fields(user_id, rows = n), err = off,
///     slow = "250ms", cancelled = "off", crate = path,
/// )]
/// ```
///
/// The function may be `async` or not. When a call ends, inside a trace or
/// outside, a line says `"Step finished"`, its outcome, and how long it took.
/// Nothing else about the function changes: neither what it may be called with,
/// nor when its arguments are dropped, nor whether its future is `Send`, nor
/// what the compiler says about mistakes in it.
///
/// # Options
///
/// Those of [`#[traced_handler]`](macro@traced_handler#options) without
/// `trace_id`, `carry` and `kind`, because a step belongs to the trace of the
/// running task. And one more:
///
/// | option | meaning |
/// |---|---|
/// | `construction` | the function returns a stream or a future, and only building it is timed |
///
/// Outside a trace the line has a `span_id`, and the `parent_span_id` of the
/// step around it, but no `trace_id`.
///
/// Durations are measured by a steady clock, so tokio's paused clock
/// (`tokio::time::pause`) does not affect them.
///
/// # Functions that return a future
///
/// A step that ended before the work began would have the wrong duration and
/// the wrong outcome. So the type that a function returns matters if it is not
/// `async`:
///
/// | the function returns | it becomes |
/// |---|---|
/// | `impl Future`, `Pin<Box<dyn Future>>`, `BoxFuture` | a step that ends when the future does |
/// | an associated type, such as `Self::Future`, that is a boxed future, `Send` or not | the same |
/// | any other type that can be awaited: a struct, an alias, `Ready`, `JoinHandle`, `oneshot::Receiver`, `impl IntoFuture` | an error |
/// | a future in a tuple, an array, a `Result`, an `Option`, a `Vec`, a `Box`, … | an error |
/// | `impl Stream`, `BoxStream`, alone or in one of these | an error |
/// | anything else | a step that ends when the function returns |
///
/// With `construction`, each of them is a step that ends when the function
/// returns. This suits `fn start() -> JoinHandle<()>`, where starting the task
/// takes the time. If an alias hides a boxed future, write the type out, and
/// the future is timed to its end. Some types are not recognised: a struct that
/// holds a future, a future beside an `impl Trait` in one type, and a stream
/// behind a name. The output of an `async fn` may be anything, as its own work
/// is done.
///
/// # Other attributes
///
/// `#[timed]` can stand above or below the attributes of other crates, such as
/// `#[tokio::test]`. But some macros copy the attributes below them to a
/// function that they generate:
///
/// | macro | where to put `#[timed]` |
/// |---|---|
/// | `#[napi]` | above or below: the copy is recognised, and has no effect |
/// | `#[rstest]` | above; below, each case becomes a step too, and `fields(…)` does not see the parameters |
/// | `#[automock]` on a trait | on the methods of the `impl`, not on those of the trait |
/// | `#[automock]` on an `impl` | above or below, under the name of an attribute that `mockall` does not copy: `use trace_runtime::timed as instrument;` |
///
/// # Outcome
///
/// As for a [handler](macro@traced_handler#outcome). If a function is not
/// `async`, and returns a type that cannot be a `Result`, such as `String` or
/// `&T`, its value is not read. Nor is it if the function is `#[track_caller]`.
///
/// # Examples
///
/// ```
/// use trace_runtime::{testing::Capture, timed};
///
/// #[timed(fields(table, rows = rows.len()))]
/// async fn store(table: &str, rows: Vec<u64>) -> Result<(), std::io::Error> {
///     for row in rows {
///         check(row)?;
///     }
///     Ok(())
/// }
///
/// #[timed(level = "debug")]
/// fn check(row: u64) -> Result<(), std::io::Error> {
///     if row == 0 { Err(std::io::ErrorKind::InvalidData.into()) } else { Ok(()) }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let capture = Capture::new();
/// let stored = capture.scope(store("messages", vec![0])).await;
/// assert!(stored.is_err());
///
/// let lines = capture.values();
/// assert_eq!(lines[0]["name"], "check");
/// assert_eq!(lines[1]["name"], "store");
/// assert_eq!(lines[1]["outcome"], "error");
/// assert_eq!(lines[1]["error"], "invalid data");
/// assert_eq!(lines[1]["table"], "messages");
/// assert_eq!(lines[1]["rows"], 1);
/// # }
/// ```
///
/// # What it becomes
///
/// ```
#[doc = include_str!("expansions/timed_async.rs")]
/// # fn main() {}
/// ```
///
/// An `async fn` becomes a function that returns a future. This future is
/// smaller, as that of an `async fn` keeps each argument twice. rustdoc shows
/// it as `impl Future`. A function stays an `async fn` if it has `fields`, is
/// `#[must_use]` or returns `!`, and beside an attribute of another crate, such
/// as `#[tokio::test]`. A function that is not `async` calls its body as a
/// closure. If the value is not read, the function begins with one more
/// statement instead.
///
/// # Limits
///
/// - If a function is not `async` but returns a future, its arguments and
///   fields are evaluated at the call, what it does before it returns the
///   future is not timed, and a boxed future is boxed once more.
/// - A future that is dropped before its first poll drops its arguments in
///   reverse, as a call does. The future of an `async fn` drops them in order.
/// - If a function begins with one more statement, panics, and was called while
///   its thread was unwinding already, its outcome is `ok`.
/// - If the signature stays as it is, a part of an argument that its pattern
///   leaves out, as in `(a, _): (A, B)`, is dropped after the other arguments.
#[proc_macro_attribute]
pub fn timed(args: TokenStream, item: TokenStream) -> TokenStream {
    attribute::expand(ScopeMacro::Timed, &args.into(), &item.into()).into()
}

/// Expands `info!` and the like, from `$crate; Level; …`.
#[doc(hidden)]
#[proc_macro]
pub fn __event(input: TokenStream) -> TokenStream {
    event::expand(input.into()).into()
}

/// Expands `count_request!`, from `$crate; …`.
#[doc(hidden)]
#[proc_macro]
pub fn __count(input: TokenStream) -> TokenStream {
    late::count::expand(input.into()).into()
}

/// Expands `record!`, `record_request!` and `carry!`, from `$crate; record; …`.
#[doc(hidden)]
#[proc_macro]
pub fn __record(input: TokenStream) -> TokenStream {
    late::record::expand(input.into()).into()
}

/// Expands `step!`, from `$crate; …`.
#[doc(hidden)]
#[proc_macro]
pub fn __step(input: TokenStream) -> TokenStream {
    step::expand(input.into()).into()
}
