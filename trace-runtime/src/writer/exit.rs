//! The end of the process: the one hook that `std` does not have.
//!
//! It runs when `main` returns and on `process::exit`, whichever thread calls
//! it; not on abort, nor when a signal kills the process. There is none but
//! on Unix: elsewhere, `flush` before the end.

use std::{sync::OnceLock, time::Duration};

#[cfg(unix)]
use crate::guard;

/// How long the end of the process waits for the sink.
pub(crate) const CLOSE: Duration = Duration::from_secs(2);

/// What is to be run.
static RUN: OnceLock<fn()> = OnceLock::new();

/// Runs a function, the first one given, when the process ends: after the
/// destructors of the main thread's thread-locals.
pub(crate) fn at_exit(run: fn()) {
    if RUN.set(run).is_ok() {
        register();
    }
}

#[cfg(unix)]
#[expect(unsafe_code, reason = "std has no hook for the end of the process")]
fn register() {
    // SAFETY: ISO C (7.22.4.2) declares `int atexit(void (*)(void))`, as this
    // does, and the handler is a function, which lives as long as the process.
    unsafe extern "C" {
        safe fn atexit(run: extern "C" fn()) -> std::ffi::c_int;
    }
    // It refuses for lack of memory only; `flush` still works.
    let _ = atexit(call);
}

#[cfg(not(unix))]
fn register() {}

/// Called by C, into which no panic may get.
#[cfg(unix)]
extern "C" fn call() {
    if let Some(run) = RUN.get() {
        let _ = guard::caught(run);
    }
}
