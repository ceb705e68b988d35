//! Callbacks for changes of what passes: for libraries that keep the answer.
//!
//! They run one after the other, without any lock of ours that `enabled`
//! needs. A change that one of them makes calls them all once more.

use std::{
    cell::Cell,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use crate::guard;

type Callback = Arc<dyn Fn() + Send + Sync>;

static CALLBACKS: Mutex<Vec<Callback>> = Mutex::new(Vec::new());

/// Whether there are any: a hint, so that a change costs a load without them.
static IS_ANY: AtomicBool = AtomicBool::new(false);

/// Held while callbacks run: the last to run sees the last change.
static TURN: Mutex<()> = Mutex::new(());

thread_local! {
    /// Whether callbacks run on this thread, and whether they are to run again.
    static RUNNING: Cell<Running> = const { Cell::new(Running::No) };
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Running {
    No,
    Yes,
    Again,
}

/// Calls `notify` each time when another filter is in force: after
/// [`set_filter`](crate::set_filter), and when a
/// [`Capture`](crate::testing::Capture) that takes finer lines comes or goes.
///
/// For a bridge from a library that keeps what [`max_level`](crate::max_level)
/// or [`enabled`](crate::enabled) said. It is called at once, too, and for as
/// long as the process runs. If it panics, that ends here.
///
/// # Examples
///
/// ```
/// use std::sync::atomic::{AtomicBool, Ordering};
/// use trace_runtime::{Level, max_level, on_filter_change, testing::Capture};
///
/// static IS_TRACE: AtomicBool = AtomicBool::new(false);
///
/// on_filter_change(|| {
///     IS_TRACE.store(max_level() == Some(Level::Trace), Ordering::Relaxed);
/// });
/// assert!(!IS_TRACE.load(Ordering::Relaxed));
/// let capture = Capture::new();
/// assert!(IS_TRACE.load(Ordering::Relaxed));
/// drop(capture);
/// assert!(!IS_TRACE.load(Ordering::Relaxed));
/// ```
pub fn on_filter_change(notify: impl Fn() + Send + Sync + 'static) {
    let mut callbacks = CALLBACKS.lock().unwrap_or_else(PoisonError::into_inner);
    callbacks.push(Arc::new(notify));
    IS_ANY.store(true, Ordering::Release);
    drop(callbacks);
    changed();
}

/// Calls the callbacks. Not to be called under a lock that `enabled` takes.
pub(crate) fn changed() {
    if IS_ANY.load(Ordering::Acquire) {
        notify();
    }
}

fn notify() {
    if RUNNING.get() != Running::No {
        return RUNNING.set(Running::Again);
    }
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    loop {
        RUNNING.set(Running::Yes);
        call_each();
        if RUNNING.replace(Running::No) == Running::Yes {
            return;
        }
    }
}

fn call_each() {
    let callbacks = CALLBACKS.lock().unwrap_or_else(PoisonError::into_inner).clone();
    for callback in callbacks {
        let _ = guard::caught(|| callback());
    }
}
