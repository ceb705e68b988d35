//! What runs: `std`'s.

pub(in crate::writer) use std::{
    hint::spin_loop as spin,
    sync::{
        Condvar, Mutex, MutexGuard,
        atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering},
    },
};
use std::{sync::PoisonError, time::Duration};

use crate::clock::Moment;

/// How often a thread looks before it sleeps: about as long as a write takes.
pub(in crate::writer) const SPINS: u32 = 100;

/// Reads the steady clock, on which all threads agree.
pub(in crate::writer) struct Clock;

impl Clock {
    pub(in crate::writer) fn new() -> Self {
        Self
    }

    #[expect(clippy::unused_self, reason = "the model's has a state")]
    pub(in crate::writer) fn now(&self) -> i64 {
        Moment::now().nanos()
    }
}

/// Waits to be notified, perhaps for nothing.
pub(in crate::writer) fn wait<'a, T>(
    condvar: &Condvar,
    guard: MutexGuard<'a, T>,
) -> MutexGuard<'a, T> {
    condvar.wait(guard).unwrap_or_else(PoisonError::into_inner)
}

/// Waits while something is so, but not longer than `most`.
pub(in crate::writer) fn wait_while<'a, T>(
    (_, condvar): (&Mutex<T>, &Condvar),
    guard: MutexGuard<'a, T>,
    most: Duration,
    is_so: impl FnMut(&mut T) -> bool,
) -> MutexGuard<'a, T> {
    let waited = condvar.wait_timeout_while(guard, most, is_so);
    waited.unwrap_or_else(PoisonError::into_inner).0
}
