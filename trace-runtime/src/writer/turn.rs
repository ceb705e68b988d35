//! Whether a thread waits for its turn on a processor.
//!
//! On a busy machine a thread that does not get on may be none the worse: it
//! has no turn. Linux says so in `/proc`; elsewhere, and where there is no
//! `/proc`, it is assumed that it has one.

use std::{fs, path::PathBuf};

/// Where the kernel says what a thread does.
#[derive(Debug)]
pub(super) struct Turn(PathBuf);

impl Turn {
    pub(super) fn of_this_thread() -> Option<Self> {
        let thread = fs::canonicalize("/proc/thread-self").ok()?;
        Some(Self(thread.join("stat")))
    }

    /// Returns whether the thread could run, and perhaps does, but is not
    /// asleep in a call of the system.
    pub(super) fn is_awaited(&self) -> bool {
        // `1234 (trace-writer) R …`
        let stat = fs::read(&self.0).unwrap_or_default();
        let state = stat.rsplit(|byte| *byte == b')').next();
        state.is_some_and(|state| state.starts_with(b" R"))
    }
}

#[cfg(all(test, target_os = "linux", not(trace_loom)))]
mod tests {
    use std::{
        sync::{
            atomic::{AtomicBool, Ordering},
            mpsc,
        },
        thread,
        time::{Duration, Instant},
    };

    use super::*;

    /// Waits until the kernel says of a thread what it should.
    fn wait_until(turn: &Turn, is_awaited: bool) {
        let deadline = Instant::now() + Duration::from_secs(30);
        while turn.is_awaited() != is_awaited {
            assert!(Instant::now() < deadline);
            thread::yield_now();
        }
    }

    #[test]
    fn a_thread_that_is_asleep_waits_for_no_turn() {
        let ((turns, turn), (wakes, is_woken)) = (mpsc::channel(), mpsc::channel::<()>());
        let is_over = &AtomicBool::new(false);
        thread::scope(|scope| {
            scope.spawn(move || {
                turns.send(Turn::of_this_thread().unwrap()).unwrap();
                is_woken.recv().unwrap();
                while !is_over.load(Ordering::Relaxed) {}
            });
            let turn = turn.recv().unwrap();
            wait_until(&turn, false);
            wakes.send(()).unwrap();
            wait_until(&turn, true);
            is_over.store(true, Ordering::Relaxed);
        });
    }
}
