//! Processor time of this thread and of all threads.

use rustix::time::{ClockId, clock_gettime};

/// How many spans are made before they are delivered.
pub(crate) const BATCH: u64 = 1_000;

const BATCHES: u32 = 200;

/// What a contestant says of itself.
pub(crate) struct Sample {
    pub(crate) caller_ns: f64,
    pub(crate) all_ns: f64,
    pub(crate) lost: u64,
}

fn nanos(clock: ClockId) -> f64 {
    let time = clock_gettime(clock);
    time.tv_sec as f64 * 1e9 + time.tv_nsec as f64
}

/// Makes batches of spans and has them delivered. Returns the time of a span:
/// the best batch of the caller, and the mean of all threads.
pub(crate) fn batches(mut make: impl FnMut(), mut deliver: impl FnMut()) -> (f64, f64) {
    make();
    deliver();
    let (mut best, start) = (f64::INFINITY, nanos(ClockId::ProcessCPUTime));
    for _ in 0..BATCHES {
        let before = nanos(ClockId::ThreadCPUTime);
        make();
        best = best.min(nanos(ClockId::ThreadCPUTime) - before);
        deliver();
    }
    let all = (nanos(ClockId::ProcessCPUTime) - start) / f64::from(BATCHES);
    (best / BATCH as f64, all / BATCH as f64)
}
