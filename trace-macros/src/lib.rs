//! The attributes and event macros of `trace-runtime`.
//!
//! Use them from there: `use trace_runtime::{traced_handler, timed, info};`. The
//! two crates are one, and an expansion names what its own version of the
//! runtime holds. The event macros are documented there, too.
//!
//! Tokens in, tokens out; nothing here knows a type of the runtime. From the
//! outside in: `attribute`, `count`, `event`, `late` and `step` are the macros; `field`, `function` and
//! `callsite` what they are made of; `reserved`, `secret` and `suggest` know words;
//! `paths`, `spans`, `tokens`, `errors` and `fallback` serve all of them.
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
/// The line says `"Request processed"`, how the handler ended (it returned a
/// value, an error, it panicked, or its future was dropped), and how long it
/// took. Whatever is written while it runs carries its trace id: events, and the
/// steps of functions that are [`#[timed]`](macro@timed).
///
/// The function is `async`, or returns an `impl Future` or a boxed one, as
/// methods do under `#[async_trait]`. Its signature stays as it is, so the
/// attribute goes along with those of web frameworks, in any order (and
/// [of others](macro@timed#other-attributes)). It also goes below `#[tokio::main]`
/// and `#[tokio::test]`, which leave a function that blocks; but better above:
/// below, the tasks that a current-thread runtime polls while it blocks are inside
/// the trace too, however they were spawned.
///
/// # Options
///
/// | option | meaning | without it |
/// |---|---|---|
/// | `name = "…"` | the name on the line: a literal, or the path of a `&'static str` | the function's name |
/// | `target = "…"` | the same for the target, which filters go by | the module's path |
/// | `level = "…"` | the level of the line if all goes well: `"debug"`, a number from 1 (trace) to 5 (error), or a path like `Level::DEBUG` | `"info"` |
/// | `trace_id = …` | an expression over the arguments: a `TraceId`, a `Uuid`, text, bytes, or an `Option` of these | a new id |
/// | `fields(…)` | what else to put on the line | nothing |
/// | `carry(…)` | fields for every line of the trace, written as in `fields(…)`; see [`carry!`] | nothing |
/// | `err = …` | what to say of an error | what its type says: see [below](#outcome) |
/// | `slow = "250ms"` | over it the line is a warning and says `"slow":true`; in `ns`, `us`, `ms` or `s` | never |
/// | `cancelled = "…"` | it is usual here to be dropped before the end, as in a `select!` loop: the level of the line then, or `"off"` for none | `"warn"` at least |
/// | `kind = "job"` | for work that serves no request: the line says `"kind":"job"` and `Job finished` | `"request"` |
/// | `crate = …` | the path of `trace_runtime`, where it has another | `::trace_runtime` |
///
/// Fields are written as in [`info!`]: `user_id` for a variable, `rows = n + 1`,
/// `%` for `Display` and `?` for `Debug` as in `state = ?state`, keys with dots as in
/// `http.route = route`. Arguments that are not listed are not recorded. No field
/// may have the name of a key that the runtime writes itself, in upper or lower
/// case: write `order_status` for `status`. A value whose name is that of a
/// secret, such as `token`, must say by its type whether it may be seen:
/// `Secret(token)` or `Public(token)`.
///
/// The trace id and both kinds of fields are evaluated once, before the handler begins: at
/// the first poll, or at the call where the function is not `async`.
///
/// # Outcome
///
/// By the type of the value: `Err` of a `Result`, under whatever name, is an
/// error. Any other value is a success. The line says of an error:
///
/// | it is | `error` | `error_chain` |
/// |---|---|---|
/// | a standard error | its `Display` | its `source()`s, at most 8 |
/// | what holds one: `anyhow::Error`, `Box<dyn Error>`, an `Arc` or `Rc` of these | its `Display` | the same |
/// | any other type with a `Display` | that | |
/// | a newtype with a `Deref` to one of these | that of its target | its target's |
/// | a response in parts: `(StatusCode, String)`, `(StatusCode, Json<T>)` | its body, or that as JSON | |
/// | anything else | the name of its type: `<shop::AppError>` | |
///
/// Its `Debug` text may hold a secret, so it is not used. `err` says otherwise:
///
/// - `err = .0`, `err = .inner.source`: a field of the error, with that field's
///   causes. So says a newtype around `anyhow::Error` what it is about.
/// - `err = |error| …`, or the path of a function: what that returns, for a
///   `&E`. An error or what holds one, a text or a number, or an `Option` of
///   these. The closure does not see the function's arguments.
/// - `err = debug`: its `Debug` text.
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
/// # Where it stands
///
/// | it is called | it is |
/// |---|---|
/// | outside any trace | a request, or a job, with a new id |
/// | below an edge, such as `trace_tower::TraceLayer` | part of the edge's request, which has the line |
/// | inside another handler | a step of that one, of whichever kind it is |
/// | in the context of a request that has ended, as work that was spawned and left behind | a request, or a job, with the same id; its parent is the span that it was left in |
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
/// - Where the function is not `async`, one more box is made around a boxed
///   future, and what the function does before it returns the future is done
///   at the call, outside the trace.
/// - What of an argument its pattern leaves out, as in `(a, _): (A, B)`, is
///   dropped after the other arguments.
///
/// [`carry!`]: https://docs.rs/trace-runtime/latest/trace_runtime/macro.carry.html
/// [`info!`]: https://docs.rs/trace-runtime/latest/trace_runtime/macro.info.html
#[proc_macro_attribute]
pub fn traced_handler(args: TokenStream, item: TokenStream) -> TokenStream {
    attribute::expand(ScopeMacro::TracedHandler, args.into(), &item.into()).into()
}

/// Times each call of a function, as a step of the trace it runs in.
///
/// The function may be `async` or not. When a call ends, a line says
/// `"Step finished"`, how it ended, and how long it took; outside a trace, too.
/// Nothing else about the function changes: neither what it may be called with,
/// nor when its arguments are dropped, nor whether its future is `Send`, nor what
/// the compiler says of mistakes in it.
///
/// # Options
///
/// Those of [`#[traced_handler]`](macro@traced_handler#options) but `trace_id` and
/// `carry`, for a step takes the trace of the running task; and one more:
///
/// | option | meaning |
/// |---|---|
/// | `construction` | the function returns a stream or a future, and only building that is to be timed |
///
/// Outside any trace its line has a `span_id`, and the `parent_span_id` of the
/// step around it, but no `trace_id`.
///
/// Times are real times, of a steady clock: under tokio's paused clock
/// (`tokio::time::pause`) an hour that is slept through takes what it really
/// took.
///
/// # Functions that return a future
///
/// A step that ends before the work begins would say the wrong time, and that all
/// went well. So of a function that is not `async`, what it returns is looked at:
///
/// | returns | becomes |
/// |---|---|
/// | `impl Future`, `Pin<Box<dyn Future>>`, `BoxFuture` | a step that ends when the future does |
/// | the type of a trait, such as `Self::Future`, if it is a boxed future, be it `Send` or not | the same |
/// | any other type that can be awaited: a struct, an alias, `Ready`, `JoinHandle`, `oneshot::Receiver`, `impl IntoFuture` | an error |
/// | a future in a tuple, an array, a `Result`, an `Option`, a `Vec`, a `Box`, … | an error |
/// | `impl Stream`, `BoxStream`, alone or in one of these | an error |
/// | anything else | a step that ends when the function returns |
///
/// With `construction`, all of them are steps that end when the function returns:
/// as of `fn start() -> JoinHandle<()>`, where starting the task is what takes time.
/// A boxed future behind an alias is timed to its end if it is written out. What
/// is not seen is a future inside a struct, or beside an `impl Trait` in one type,
/// and a stream behind a name. What an `async fn` returns is not looked at: its own
/// work is done.
///
/// # Other attributes
///
/// The attribute may stand above or below those of others, such as `#[tokio::test]`.
/// But some macros copy the attributes below them to what they write around the
/// function:
///
/// | macro | order |
/// |---|---|
/// | `#[napi]` | either: the copy is known, and left alone |
/// | `#[rstest]` | ours above it; below, each case is a step as well, without the parameters for `fields(…)` |
/// | `#[automock]`, on a trait | ours on the methods of the type that implements it, not on those of the trait |
/// | `#[automock]`, on an `impl` | ours as `use trace_runtime::timed as instrument;`, which `mockall` does not copy |
///
/// # Outcome
///
/// As of a [handler](macro@traced_handler#outcome). Of a function that is not
/// `async`, the value is not looked at if its type is none that is given to
/// a `Result`, such as `String` or `&T`, or if the function is `#[track_caller]`.
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
/// An `async fn` becomes a function that returns a future, for such a future is
/// smaller: one of an `async fn` keeps each argument twice. So rustdoc shows
/// `impl Future`. It stays an `async fn` where it has `fields`, where it is
/// `#[must_use]` or returns `!`, and below an attribute of another crate, such as
/// `#[tokio::test]`. A function that is not `async` calls its body as a closure, or,
/// where the value is not looked at, begins with one statement more.
///
/// # Limits
///
/// - Of a function that is not `async` but returns a future, arguments and
///   fields are evaluated at the call, what it does before it returns the
///   future is not timed, and around a boxed future one more box is made.
/// - A future that is dropped before its first poll drops its arguments in
///   reverse, as a call does; that of an `async fn` drops them in order.
/// - A function that begins with one statement more, and is called while its
///   thread unwinds already, is `ok` even if it panics itself.
/// - Where the signature stays as it is, what a pattern leaves out, as in
///   `(a, _): (A, B)`, is dropped after the other arguments.
#[proc_macro_attribute]
pub fn timed(args: TokenStream, item: TokenStream) -> TokenStream {
    attribute::expand(ScopeMacro::Timed, args.into(), &item.into()).into()
}

/// What `info!` and the like hand their tokens to: `$crate; Level; …`.
#[doc(hidden)]
#[proc_macro]
pub fn __event(input: TokenStream) -> TokenStream {
    event::expand(input.into()).into()
}

/// What `count_request!` hands its tokens to: `$crate; …`.
#[doc(hidden)]
#[proc_macro]
pub fn __count(input: TokenStream) -> TokenStream {
    late::count::expand(input.into()).into()
}

/// What `record!`, `record_request!` and `carry!` hand their tokens to:
/// `$crate; record; …`.
#[doc(hidden)]
#[proc_macro]
pub fn __record(input: TokenStream) -> TokenStream {
    late::record::expand(input.into()).into()
}

/// What `step!` hands its tokens to: `$crate; …`.
#[doc(hidden)]
#[proc_macro]
pub fn __step(input: TokenStream) -> TokenStream {
    step::expand(input.into()).into()
}
