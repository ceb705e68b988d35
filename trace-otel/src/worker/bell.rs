//! Wakes the worker, and ends it.

use std::{
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

/// Is rung by callers, and waited for by the worker.
#[derive(Debug, Default)]
pub(crate) struct Bell {
    state: Mutex<State>,
    rung: Condvar,
}

#[derive(Debug, Default)]
struct State {
    is_rung: bool,
    is_over: bool,
}

impl Bell {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes the worker.
    pub(crate) fn ring(&self) {
        self.state().is_rung = true;
        self.rung.notify_one();
    }

    /// Ends the worker after what it is doing.
    pub(crate) fn end(&self) {
        self.state().is_over = true;
        self.rung.notify_one();
    }

    pub(crate) fn is_over(&self) -> bool {
        self.state().is_over
    }

    /// Waits until it is rung, or this moment comes, if there is one.
    pub(super) fn wait(&self, until: Option<Instant>) {
        let mut state = self.state();
        while !state.is_rung && !state.is_over {
            let left = until.map(|until| until.saturating_duration_since(Instant::now()));
            state = match left {
                Some(left) if left.is_zero() => break,
                Some(left) => {
                    let waited = self.rung.wait_timeout(state, left);
                    waited.unwrap_or_else(PoisonError::into_inner).0
                }
                None => self.rung.wait(state).unwrap_or_else(PoisonError::into_inner),
            };
        }
        state.is_rung = false;
    }
}
