//! Keeping count where a killed process leaves it: see `test_support::Ledger`.

use std::{env, sync::OnceLock};

use test_support::Ledger;
use trace_runtime::{stats, writer::Cause};

static LEDGER: OnceLock<Ledger> = OnceLock::new();

/// Opens the ledger, if there is to be one.
///
/// It comes before anything of the runtime's, so that what C runs at the end
/// runs after the runtime's own.
pub(crate) fn open() {
    if let Some(path) = env::var_os("LEDGER") {
        let _ = LEDGER.set(Ledger::open(path.as_ref()));
        at_exit(close);
    }
}

/// Notes that a call that logs a thread's line has returned.
pub(crate) fn acknowledge(thread: usize, lines: u64) {
    if let Some(ledger) = LEDGER.get() {
        ledger.acknowledge(thread, lines);
    }
}

/// Runs a function when the process ends: after those that are registered
/// later.
#[expect(unsafe_code, reason = "std has no hook for the end of the process")]
pub(crate) fn at_exit(run: extern "C" fn()) {
    // SAFETY: as declared by C, and given a function.
    unsafe extern "C" {
        safe fn atexit(run: extern "C" fn()) -> std::ffi::c_int;
    }
    atexit(run);
}

/// Notes what the runtime says has become of the lines.
extern "C" fn close() {
    if let Some(ledger) = LEDGER.get() {
        let stats = stats();
        let causes = [Cause::Overflow, Cause::Sink, Cause::Closed, Cause::Nested, Cause::Ended];
        let dropped = causes.map(|cause| stats.dropped_by(cause));
        ledger.close(stats.lines_written, stats.lines_waiting, &dropped);
    }
}
