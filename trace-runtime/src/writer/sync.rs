//! Locks, waiting and stamps: `std`'s, or those of the model checker.
//!
//! With `--cfg trace_loom` the models of `queue` try every order in which
//! threads may meet. Time does not pass there: a wait with an end is over
//! once the others have had their turn.

#[cfg(all(test, trace_loom))]
pub(super) use self::modelled::{
    AtomicBool, AtomicU8, AtomicU64, Clock, Condvar, Mutex, MutexGuard, Ordering, SPINS, spin,
    wait, wait_while,
};
#[cfg(not(all(test, trace_loom)))]
pub(super) use self::real::{
    AtomicBool, AtomicU8, AtomicU64, Clock, Condvar, Mutex, MutexGuard, Ordering, SPINS, spin,
    wait, wait_while,
};

/// When a line was appended: greater is later.
pub(super) type Stamp = i64;

#[cfg(not(all(test, trace_loom)))]
mod real {
    pub(in crate::writer) use std::{
        hint::spin_loop as spin,
        sync::{
            Condvar, Mutex, MutexGuard,
            atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering},
        },
    };
    use std::{sync::PoisonError, time::Duration};

    use super::Stamp;
    use crate::clock::Moment;

    /// How often a thread looks before it sleeps: about as long as a write takes.
    pub(in crate::writer) const SPINS: u32 = 100;

    /// Reads the steady clock, on which all threads agree.
    #[derive(Default)]
    pub(in crate::writer) struct Clock;

    impl Clock {
        #[expect(clippy::unused_self, reason = "the model's has a state")]
        pub(in crate::writer) fn now(&self) -> Stamp {
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
}

#[cfg(all(test, trace_loom))]
mod modelled {
    use std::time::Duration;

    use loom::sync::{LockResult, atomic::AtomicI64};
    pub(in crate::writer) use loom::{
        sync::{
            Condvar, Mutex, MutexGuard,
            atomic::{AtomicBool, AtomicU8, AtomicU64, Ordering},
        },
        thread::yield_now as spin,
    };

    use super::Stamp;

    /// Each look is one more order to be tried.
    pub(in crate::writer) const SPINS: u32 = 1;

    /// Counts: what happened before has the lower number.
    #[derive(Default)]
    pub(in crate::writer) struct Clock(AtomicI64);

    impl Clock {
        pub(in crate::writer) fn now(&self) -> Stamp {
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
}
