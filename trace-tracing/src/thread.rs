//! A number for each thread, and the spans that it has entered.

use std::{
    cell::{Cell, RefCell},
    sync::atomic::{AtomicU64, Ordering},
};

thread_local! {
    static NUMBER: Cell<u64> = const { Cell::new(0) };
    static ENTERED: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

/// Returns the number of this thread, which is not zero.
pub(crate) fn number() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    if NUMBER.get() == 0 {
        NUMBER.set(LAST.fetch_add(1, Ordering::Relaxed) + 1);
    }
    NUMBER.get()
}

/// Notes that a span was entered.
pub(crate) fn entered(id: u64) {
    let _ = with(|entered| entered.push(id));
}

/// Notes that a span was left.
pub(crate) fn left(id: u64) {
    let _ = with(|entered| {
        if let Some(last) = entered.iter().rposition(|entered| *entered == id) {
            entered.remove(last);
        }
    });
}

/// Returns the spans that were entered and not left, the innermost first.
pub(crate) fn all_entered() -> Vec<u64> {
    with(|entered| entered.iter().rev().copied().collect()).unwrap_or_default()
}

/// On a thread that is ending, nothing is noted.
fn with<R>(run: impl FnOnce(&mut Vec<u64>) -> R) -> Option<R> {
    let ran = ENTERED.try_with(|entered| Some(run(&mut *entered.try_borrow_mut().ok()?)));
    ran.ok().flatten()
}
