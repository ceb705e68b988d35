//! Asks for the detail of the current request.

use super::store;

/// Has the detail of the current request written when it ends, however it ends:
/// see [`Detail`](crate::Detail).
///
/// Call it from anywhere below the request, at any time before its end. It does
/// nothing outside a request, and where the output has no detail.
///
/// # Examples
///
/// ```
/// use trace_runtime::{Detail, debug, force_detail, spawn, testing::Capture, traced_handler};
///
/// #[traced_handler]
/// async fn handler() {
///     debug!("looking");
///     spawn(async { force_detail() }).await.unwrap();
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let capture = Capture::with_detail("info", Detail::when_failed());
/// capture.scope(handler()).await;
/// assert_eq!(capture.tree(), "handler ok\n  \"looking\"\n");
/// # }
/// ```
pub fn force_detail() {
    store::want_detail();
}
