//! The model checker's.

use std::time::Duration;

use loom::sync::{LockResult, atomic::AtomicI64};
pub(in crate::writer) use loom::{
    sync::{
        Condvar, Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering},
    },
    thread::yield_now as spin,
};

/// Each look is one more order to be tried.
pub(in crate::writer) const SPINS: u32 = 1;

/// Counts: what happened before has the lower number.
pub(in crate::writer) struct Clock(AtomicI64);

impl Clock {
    pub(in crate::writer) fn new() -> Self {
        Self(AtomicI64::new(0))
    }

    pub(in crate::writer) fn now(&self) -> i64 {
        self.0.fetch_add(1, Ordering::SeqCst)
    }
}

pub(in crate::writer) fn wait<'a, T>(
    condvar: &Condvar,
    guard: MutexGuard<'a, T>,
) -> MutexGuard<'a, T> {
    unpoisoned(condvar.wait(guard))
}

/// What passes for a deadline: the others have had a turn.
pub(in crate::writer) fn wait_while<'a, T>(
    (mutex, _): (&'a Mutex<T>, &Condvar),
    mut guard: MutexGuard<'a, T>,
    _: Duration,
    mut is_so: impl FnMut(&mut T) -> bool,
) -> MutexGuard<'a, T> {
    if !is_so(&mut guard) {
        return guard;
    }
    drop(guard);
    loom::thread::yield_now();
    unpoisoned(mutex.lock())
}

fn unpoisoned<G>(result: LockResult<G>) -> G {
    result.unwrap_or_else(std::sync::PoisonError::into_inner)
}
