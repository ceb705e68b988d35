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
/// use trace_runtime::{info, observe::unobserved, testing::{Capture, Seen}};
///
/// let offered = Seen::event(|event| event.message().to_string());
/// let capture = Capture::new().observed_by(offered.clone());
/// capture.run(|| {
///     info!("to be delivered");
///     unobserved(|| info!("delivered"));
/// });
/// assert_eq!(capture.tree(), "\"to be delivered\"\n\"delivered\"\n");
/// assert_eq!(offered.values(), ["to be delivered"]);
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
