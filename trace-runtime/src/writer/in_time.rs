//! Work on a sink at the end of the process, which cannot wait for it for ever.

use std::{sync::mpsc, thread, time::Duration};

/// Runs this on another thread, and waits for it no longer than that. Returns
/// what it returned, if it did in time.
pub(super) fn in_time<R: Send + 'static>(
    limit: Duration,
    run: impl FnOnce() -> R + Send + 'static,
) -> Option<R> {
    let (over, is_over) = mpsc::channel();
    let run = move || {
        let _ = over.send(run());
    };
    let thread = thread::Builder::new().name("trace-writer".to_owned()).spawn(run);
    thread.ok().and_then(|_| is_over.recv_timeout(limit).ok())
}
