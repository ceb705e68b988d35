//! What says which entering is to be left.

use std::{
    cell::Cell,
    mem,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU32, AtomicUsize, Ordering},
    },
};

/// How many tokens wait at most for their threads.
const MOST_LEFT: usize = 1_024;

/// One entering of a step or context, on one thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    thread: u32,
    serial: u64,
}

thread_local! {
    static THREAD: Cell<Option<u32>> = const { Cell::new(None) };
    static SERIAL: Cell<u64> = const { Cell::new(0) };
}

/// Tokens that were given back on other threads than their own, until their
/// threads look.
static LEFT: Mutex<Vec<Token>> = Mutex::new(Vec::new());

/// How many there are. A hint: what is in the list is read under its lock.
static LEFT_COUNT: AtomicUsize = AtomicUsize::new(0);

impl Token {
    /// Makes one that no other is equal to.
    #[inline]
    pub(crate) fn new() -> Self {
        let serial = SERIAL.get().wrapping_add(1);
        SERIAL.set(serial);
        Self { thread: thread(), serial }
    }

    #[inline]
    pub(crate) fn is_of_this_thread(self) -> bool {
        self.thread == thread()
    }

    /// Keeps it for its thread. Of too many, the oldest goes: its thread has most
    /// likely ended.
    pub(super) fn leave_elsewhere(self) {
        let mut left = LEFT.lock().unwrap_or_else(PoisonError::into_inner);
        if left.len() == MOST_LEFT {
            left.remove(0);
        }
        left.push(self);
        LEFT_COUNT.store(left.len(), Ordering::Relaxed);
    }

    /// Takes those of this thread that were left elsewhere.
    #[inline]
    pub(super) fn take_left() -> Vec<Self> {
        if LEFT_COUNT.load(Ordering::Relaxed) == 0 { Vec::new() } else { take() }
    }
}

#[cold]
fn take() -> Vec<Token> {
    let mut left = LEFT.lock().unwrap_or_else(PoisonError::into_inner);
    let (own, others) =
        mem::take(&mut *left).into_iter().partition(|token| token.is_of_this_thread());
    *left = others;
    LEFT_COUNT.store(left.len(), Ordering::Relaxed);
    own
}

/// Returns the number of this thread.
#[inline]
pub(super) fn thread() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    THREAD.get().unwrap_or_else(|| {
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        THREAD.set(Some(number));
        number
    })
}
