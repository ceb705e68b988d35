//! Adds data to lines that are written later: fields from `record!`,
//! `record_request!` and `carry!`, sums from `count_request!`, and the reason
//! why a request failed.
//!
//! A value is encoded first, while foreign code may run, and then stored as
//! bytes.

use std::{error::Error, fmt, sync::Once};

use crate::{
    context::{Context, store},
    failure::Failure,
    field::{carried, causes, kept::Encoded, limits::Limits, sums::Amount, value::Value},
    filter,
    id::TraceId,
    line,
    writer::complain_at_last,
};

/// Returns the destination for fields of the innermost step or request, if
/// there is one.
#[inline]
pub fn record() -> Option<Late> {
    if filter::is_anything_on() { Late::new(store::set_field) } else { None }
}

/// Returns the destination for fields of the request, if there is one.
#[inline]
pub fn record_request() -> Option<Late> {
    if filter::is_anything_on() { Late::new(store::set_request_field) } else { None }
}

/// Returns the destination for fields on every later line of the trace.
#[inline]
pub fn carry() -> Option<Late> {
    let late = if filter::is_anything_on() { Late::new(store::carry_field) } else { None };
    late.map(|late| Late { limits: carried::limits(late.limits), ..late })
}

/// Returns the destination for sums of the request, if there is one.
#[inline]
pub fn count_request() -> Option<Counting> {
    if filter::is_anything_on() { in_open_trace().map(|_| Counting(())) } else { None }
}

/// The destination of sums.
#[derive(Debug)]
pub struct Counting(());

impl Counting {
    /// Adds each amount to the sum of its key.
    pub fn add(self, keys: &[&'static str], amounts: &[Amount]) {
        store::count(keys, amounts);
    }
}

/// The destination of fields that are known only now.
pub struct Late {
    set: fn(&Encoded<'_>, &Limits),
    limits: Limits,
}

impl Late {
    fn new(set: fn(&Encoded<'_>, &Limits)) -> Option<Self> {
        let here = in_open_trace()?;
        let output = here.output()?;
        Some(Self { set, limits: output.style.limits })
    }

    /// Sets the value of each key. The last value of a key wins.
    pub fn write(self, keys: &[&str], values: &[Value<'_>]) {
        for (key, value) in keys.iter().zip(values) {
            (self.set)(&Encoded::new(key.as_bytes(), value, &self.limits), &self.limits);
            if let Some((key, first)) = causes::beside(key, value, keys) {
                (self.set)(&Encoded::causes(&key, first, &self.limits), &self.limits);
            }
        }
    }
}

/// Returns the context, unless it is outside any trace or the request's line
/// has been written.
fn in_open_trace() -> Option<Context> {
    let here = Context::current();
    if here.is_in_open_trace() {
        return Some(here);
    }
    if let Some(trace) = here.owner.trace() {
        too_late(&trace.id);
    }
    None
}

/// Reports once on standard error that data is lost. Only in debug builds,
/// where the code can still be corrected.
#[cold]
fn too_late(trace_id: &TraceId) {
    static REPORTED: Once = Once::new();
    if cfg!(debug_assertions) {
        REPORTED.call_once(|| {
            complain_at_last(format_args!(
                "a value was recorded after its request had ended and is on no line, in trace \
                 {trace_id} (reported once, in debug builds)",
            ));
        });
    }
}

impl fmt::Debug for Late {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Late").finish_non_exhaustive()
    }
}

/// Sets the reason why the request failed: the error's text becomes `error` on
/// the request line, and its causes become `error_chain`.
///
/// Use it for errors that the handler does not return, and for those whose type
/// has no text. Call it from anywhere below the request: from a step, from a
/// middleware, or, with `trace_tower::TraceLayer`, from the `IntoResponse` of
/// an error, when the handler has ended and the request has not. The last call
/// wins, even over the error that the handler returned, but not over a panic.
/// Outcome and level do not change: a 404 with a reason is `ok`. Outside a
/// trace, and after the request's line has been written, nothing happens.
///
/// For `anyhow::Error`, `eyre::Report` and `Box<dyn Error>`, pass the error
/// that they hold: `request_error(&*report)`.
///
/// # Examples
///
/// ```
/// use std::io;
/// use trace_runtime::{request_error, testing::Capture, traced_handler};
///
/// #[traced_handler]
/// async fn get_report() -> &'static str {
///     let error = anyhow::Error::from(io::Error::other("disk gone")).context("while loading");
///     request_error(&*error);
///     "try again later"
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let capture = Capture::new();
/// capture.scope(get_report()).await;
/// let line = &capture.values()[0];
/// assert_eq!((&line["outcome"], &line["error"]), (&"ok".into(), &"while loading".into()));
/// assert_eq!(line["error_chain"][0], "disk gone");
/// # }
/// ```
pub fn request_error(error: &(dyn Error + '_)) {
    if !filter::is_anything_on() {
        return;
    }
    let Some(here) = in_open_trace() else { return };
    if let (Some(trace), Some(output)) = (here.owner.trace(), here.output()) {
        let reason = Failure::of_error(error);
        trace.set_reason(line::encode_failure(&reason, &output.style));
    }
}
