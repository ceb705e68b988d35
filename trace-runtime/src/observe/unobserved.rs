//! What is not offered: the work of observers themselves.

use std::cell::Cell;

thread_local! {
    static IS_UNOBSERVED: Cell<bool> = const { Cell::new(false) };
}

/// Calls `run`. Nothing that happens in it, on this thread, is offered to
/// observers; lines are written as always.
///
/// A thread that delivers telemetry runs in it. Otherwise what it logs and times
/// would be telemetry again, without end.
///
/// # Examples
///
/// ```
/// use std::sync::atomic::{AtomicU64, Ordering};
/// use trace_runtime::{info, observe::{Event, Observe, unobserved}, testing::Capture};
///
/// static EVENTS: AtomicU64 = AtomicU64::new(0);
///
/// struct Counts;
///
/// impl Observe for Counts {
///     fn event(&self, _: &Event<'_>) {
///         EVENTS.fetch_add(1, Ordering::Relaxed);
///     }
/// }
///
/// let capture = Capture::new().observed_by(Counts);
/// capture.run(|| {
///     info!("to be delivered");
///     unobserved(|| info!("delivered"));
/// });
/// assert_eq!((capture.lines().len(), EVENTS.load(Ordering::Relaxed)), (2, 1));
/// ```
pub fn unobserved<R>(run: impl FnOnce() -> R) -> R {
    let _before = Restored(IS_UNOBSERVED.replace(true));
    run()
}

/// Returns whether this runs in [`unobserved`].
pub(crate) fn is_unobserved() -> bool {
    IS_UNOBSERVED.get()
}

/// The value from before, which is restored on drop.
struct Restored(bool);

impl Drop for Restored {
    fn drop(&mut self) {
        IS_UNOBSERVED.set(self.0);
    }
}
