//! A number for each thread, and the spans that it has entered, each with what
//! leaves it if it is closed before.

use std::{
    cell::{Cell, RefCell},
    sync::atomic::{AtomicU64, Ordering},
};

use trace_runtime::edge::Token;

/// How many spans a thread keeps at most: those that another thread has left stay
/// until there are more.
const MOST_ENTERED: usize = 256;

thread_local! {
    static NUMBER: Cell<u64> = const { Cell::new(0) };
    static ENTERED: RefCell<Vec<(Key, Token)>> = const { RefCell::new(Vec::new()) };
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
pub(crate) fn entered(key: Key, token: Token) {
    let _ = with(|entered| {
        if entered.len() >= MOST_ENTERED {
            let _ = entered.remove(0);
        }
        entered.push((key, token));
    });
}

/// Returns the last entering of a span, and notes that it was left.
pub(crate) fn left(key: Key) -> Option<Token> {
    let left = with(|entered| {
        let last = entered.iter().rposition(|(entered, _)| *entered == key)?;
        Some(entered.remove(last).1)
    });
    left.flatten()
}

/// Returns the first answer for a span that was entered and not left, the
/// innermost first. `ask` enters and leaves none.
pub(crate) fn find<R>(ask: impl FnMut(Key) -> Option<R>) -> Option<R> {
    with(|entered| entered.iter().rev().map(|(key, _)| *key).find_map(ask))?
}

/// On a thread that is ending, nothing is noted.
fn with<R>(run: impl FnOnce(&mut Vec<(Key, Token)>) -> R) -> Option<R> {
    let ran = ENTERED.try_with(|entered| Some(run(&mut *entered.try_borrow_mut().ok()?)));
    ran.ok().flatten()
}
