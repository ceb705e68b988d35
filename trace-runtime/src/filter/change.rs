//! Callbacks for changes of what passes: for libraries that keep the answer.
//!
//! They run one after the other, without any lock of ours that `enabled`
//! needs. A change that one of them makes calls them all once more.

use std::{
    cell::Cell,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

use crate::guard;

type Callback = Arc<dyn Fn() + Send + Sync>;

static CALLBACKS: Mutex<Vec<Callback>> = Mutex::new(Vec::new());

/// Whether there are any: a hint, so that a change costs a load without them.
static IS_ANY: AtomicBool = AtomicBool::new(false);

/// Counts the changes. Pairs with `HANDED_ON`.
static CHANGES: AtomicU64 = AtomicU64::new(0);

/// How many changes the callbacks have seen.
static HANDED_ON: AtomicU64 = AtomicU64::new(0);

/// Held while callbacks run: the last to run sees the last change.
static TURN: Mutex<()> = Mutex::new(());

thread_local! {
    /// Whether callbacks run on this thread.
    static IS_RUNNING: Cell<bool> = const { Cell::new(false) };
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

/// Notes a change, and hands it on.
pub(crate) fn changed() {
    note();
    hand_on();
}

/// Notes a change, before any other thread can rely on it.
pub(super) fn note() {
    CHANGES.fetch_add(1, Ordering::Release);
}

/// Returns once the callbacks have seen all changes noted so far, of whichever
/// thread. Not to be called under a lock that `enabled` takes.
pub(super) fn hand_on() {
    if IS_ANY.load(Ordering::Acquire) && not_handed_on().is_some() {
        notify();
    }
}

/// Returns the number of changes, if the callbacks have not seen all.
fn not_handed_on() -> Option<u64> {
    let changes = CHANGES.load(Ordering::Acquire);
    (HANDED_ON.load(Ordering::Acquire) < changes).then_some(changes)
}

fn notify() {
    // In a callback: the loop below goes on after it.
    if IS_RUNNING.get() {
        return;
    }
    let _turn = TURN.lock().unwrap_or_else(PoisonError::into_inner);
    IS_RUNNING.set(true);
    while let Some(changes) = not_handed_on() {
        call_each();
        HANDED_ON.fetch_max(changes, Ordering::Release);
    }
    IS_RUNNING.set(false);
}

fn call_each() {
    let callbacks = CALLBACKS.lock().unwrap_or_else(PoisonError::into_inner).clone();
    for callback in callbacks {
        let _ = guard::caught(|| callback());
    }
}
