//! Processor time of this thread.

use rustix::time::{ClockId, clock_gettime};

/// How many requests are made before the clock is read again.
const BATCH: u32 = 100;

const BATCHES: u32 = 300;

fn nanos() -> f64 {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    time.tv_sec as f64 * 1e9 + time.tv_nsec as f64
}

/// Makes requests, and returns the time of one in the best batch.
pub(crate) fn best(mut request: impl FnMut()) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..BATCHES {
        let before = nanos();
        (0..BATCH).for_each(|_| request());
        best = best.min(nanos() - before);
    }
    best / f64::from(BATCH)
}
