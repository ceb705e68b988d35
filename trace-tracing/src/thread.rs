//! A number for each thread, and the spans that it has entered.

use std::{
    cell::{Cell, RefCell},
    sync::atomic::{AtomicU64, Ordering},
};

use crate::span::Span;

/// How many spans a thread keeps at most: those that another thread has left stay
/// until there are more.
const MOST_ENTERED: usize = 256;

thread_local! {
    static NUMBER: Cell<u64> = const { Cell::new(0) };
    static ENTERED: RefCell<Vec<(Key, Span)>> = const { RefCell::new(Vec::new()) };
}

/// What a span is found by: the number of its registry, and its id.
pub(crate) type Key = (u32, u64);

/// Returns the number of this thread, which is not zero.
pub(crate) fn number() -> u64 {
    static LAST: AtomicU64 = AtomicU64::new(0);
    if NUMBER.get() == 0 {
        NUMBER.set(LAST.fetch_add(1, Ordering::Relaxed) + 1);
    }
    NUMBER.get()
}

/// Notes that a span was entered.
pub(crate) fn entered(key: Key, span: Span) {
    let oldest = with(|entered| {
        let is_full = entered.len() >= MOST_ENTERED;
        let oldest = is_full.then(|| entered.remove(0));
        entered.push((key, span));
        oldest
    });
    drop(oldest);
}

/// Returns a span that was entered, and notes that it was left.
pub(crate) fn left(key: Key) -> Option<Span> {
    let left = with(|entered| {
        let last = entered.iter().rposition(|(entered, _)| *entered == key)?;
        Some(entered.remove(last))
    });
    left.flatten().map(|(_, span)| span)
}

/// Returns the spans that were entered and not left, the innermost first.
pub(crate) fn all_entered() -> Vec<(Key, Span)> {
    with(|entered| entered.iter().rev().cloned().collect()).unwrap_or_default()
}

/// On a thread that is ending, nothing is noted. `run` drops no span.
fn with<R>(run: impl FnOnce(&mut Vec<(Key, Span)>) -> R) -> Option<R> {
    let ran = ENTERED.try_with(|entered| Some(run(&mut *entered.try_borrow_mut().ok()?)));
    ran.ok().flatten()
}
