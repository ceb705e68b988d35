//! Locks, waiting and stamps: `std`'s, or those of the model checker.
//!
//! With `--cfg trace_loom` the models of `queue` try every order in which
//! threads may meet. Time does not pass there: a wait with an end is over
//! once the others have had their turn.

#[cfg(all(test, trace_loom))]
mod modelled;
#[cfg(not(all(test, trace_loom)))]
mod real;

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
