//! What is known only later: fields, which `record!`, `record_request!`,
//! `carry!` and `count_request!` add, and the reason why a request failed.
//!
//! A value is encoded first, where foreign code may run, and then put into
//! its place as bytes.

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

/// Returns where fields of the innermost step or request go, if there is one.
#[inline]
pub fn record() -> Option<Late> {
    if filter::is_anything_on() { Late::new(store::set_field) } else { None }
}

/// Returns where fields of the request go, if there is one.
#[inline]
pub fn record_request() -> Option<Late> {
    if filter::is_anything_on() { Late::new(store::set_request_field) } else { None }
}

/// Returns where fields go that every line of the trace has from now on.
#[inline]
pub fn carry() -> Option<Late> {
    let late = if filter::is_anything_on() { Late::new(store::carry_field) } else { None };
    late.map(|late| Late { limits: carried::limits(late.limits), ..late })
}

/// Returns where sums of the request are added to, if there is one.
#[inline]
pub fn count_request() -> Option<Counting> {
    if filter::is_anything_on() { in_open_trace().map(|_| Counting(())) } else { None }
}

/// Where sums are added to.
#[derive(Debug)]
pub struct Counting(());

impl Counting {
    /// Adds each amount to the sum of its key.
    pub fn add(self, keys: &[&'static str], amounts: &[Amount]) {
        store::count(keys, amounts);
    }
}

/// Where fields go that are known only now.
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

    /// Puts each value under its key; the last value of a key wins.
    pub fn write(self, keys: &[&str], values: &[Value<'_>]) {
        for (key, value) in keys.iter().zip(values) {
            (self.set)(&Encoded::new(key.as_bytes(), value, &self.limits), &self.limits);
            if let Some((key, first)) = causes::beside(key, value, keys) {
                (self.set)(&Encoded::causes(&key, first, &self.limits), &self.limits);
            }
        }
    }
}

/// Returns the context, unless it is outside any trace, or the line of its
/// request is written.
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

/// Reports once on standard error that something is lost, while that may still
/// be mended: in debug builds.
#[cold]
fn too_late(trace_id: &TraceId) {
    static REPORTED: Once = Once::new();
    if cfg!(debug_assertions) {
        REPORTED.call_once(|| {
            complain_at_last(format_args!(
                "what was recorded or counted after its request had ended is on no line, in trace \
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

/// Says why the request failed: its line gets the error's text as `error`, and
/// its causes as `error_chain`.
///
/// For errors that the handler does not return, and for those whose type has no
/// text. It may be called from anywhere below the request: from a step, a
/// middleware, or, with `trace_tower::TraceLayer`, from the `IntoResponse` of an
/// error, where the handler has ended and the request has not. The last call
/// wins, also over what the handler returned, but not over a panic. Outcome and
/// level stay what they are: a 404 with a reason is `ok`. Outside a trace, and
/// once the request's line is written, nothing happens.
///
/// Of `anyhow::Error`, `eyre::Report` and `Box<dyn Error>`, give what they hold:
/// `request_error(&*report)`.
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
