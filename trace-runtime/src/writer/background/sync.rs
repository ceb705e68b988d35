//! Locks and waiting: `std`'s, or those of the model checker.
//!
//! With `--cfg trace_loom` the models of `queue` try every order in which
//! threads may meet. Time does not pass there: a wait with an end is over
//! once the others have had their turn.

#[cfg(all(test, trace_loom))]
pub(super) use self::modelled::{Condvar, Mutex, MutexGuard, wait, wait_while};
#[cfg(not(all(test, trace_loom)))]
pub(super) use self::real::{Condvar, Mutex, MutexGuard, wait, wait_while};

#[cfg(not(all(test, trace_loom)))]
mod real {
    pub(in crate::writer) use std::sync::{Condvar, Mutex, MutexGuard};
    use std::{sync::PoisonError, time::Duration};

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
}

#[cfg(all(test, trace_loom))]
mod modelled {
    use std::time::Duration;

    use loom::sync::LockResult;
    pub(in crate::writer) use loom::sync::{Condvar, Mutex, MutexGuard};

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
}
