//! Requests that have not ended: listing them, and writing a line for each.
//!
//! The list itself is in `context`, and so are the steps that each is in. This
//! module makes facts of it (`request`), their text (`text`), and lines
//! (`report`); `watch` is the thread that has those written in time.

mod report;
mod request;
mod text;
pub(crate) mod watch;

pub use self::request::{OpenRequest, OpenStep};
use crate::{
    clock::Moment,
    context::{Context, Owner, open},
};

/// Returns the requests and jobs that have not ended, the oldest first.
///
/// Each shows how long it has been running, which step it is in, and for how
/// long. A request of an edge has its method, route and path, and its status
/// once the head of the response exists: from then on it waits for its body to
/// be read.
///
/// All requests of the process are listed, whatever its filter lets through;
/// their steps are known unless it is `off`. Requests in a [`Capture`](crate::testing::Capture) are not: they are listed only
/// if this is called inside that capture. A request that begins or ends while
/// this is called is listed or not.
///
/// It stops none of them, and works while they block their threads, as long as
/// the caller has a thread to run on; [`Builder::watch`](crate::Builder::watch)
/// has one of its own.
///
/// # Examples
///
/// ```
/// use trace_runtime::{OpenStep, in_flight, testing::Capture, timed, traced_handler};
///
/// #[traced_handler(trace_id = "req-7")]
/// async fn get_messages() {
///     fetch().await;
/// }
///
/// #[timed]
/// async fn fetch() {
///     // As a debug route would see it:
///     let open = in_flight();
///     assert_eq!(open.len(), 1);
///     assert_eq!((open[0].trace_id().to_string(), open[0].name()), ("req-7".into(), "get_messages"));
///     assert_eq!(open[0].step().map(OpenStep::name), Some("fetch"));
///     assert!(open[0].age() >= open[0].step().unwrap().age());
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// Capture::new().scope(get_messages()).await;
/// # }
/// ```
pub fn in_flight() -> Vec<OpenRequest> {
    of(&Context::current().owner)
}

/// Returns the open requests whose lines go where those of `owner` go.
pub(crate) fn of(owner: &Owner) -> Vec<OpenRequest> {
    let (open, now) = (open::beside(owner), Moment::now());
    open.iter().filter_map(|open| OpenRequest::of(open, now)).collect()
}

/// Writes a line for each request that has not ended, `Request still running`,
/// and returns how many are open. The lines are those of
/// [`Builder::watch`](crate::Builder::watch), at once.
///
/// Use it where the service is asked what it is doing, such as on `SIGUSR1`, and
/// where a shutdown waits.
///
/// # Examples
///
/// ```
/// use trace_runtime::{report_in_flight, testing::Capture, timed, traced_handler};
///
/// #[traced_handler]
/// async fn get_messages() {
///     fetch().await;
/// }
///
/// #[timed]
/// async fn fetch() {
///     assert_eq!(report_in_flight(), 1);
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let capture = Capture::new();
/// capture.scope(get_messages()).await;
/// let line = &capture.values()[0];
/// assert_eq!(line["message"], "Request still running");
/// assert_eq!((&line["level"], &line["name"]), (&"WARN".into(), &"get_messages".into()));
/// assert_eq!(line["step"], "fetch");
/// # }
/// ```
pub fn report_in_flight() -> usize {
    let (open, now) = (open::beside(&Context::current().owner), Moment::now());
    for open in &open {
        report::write(open, now);
    }
    open.len()
}
