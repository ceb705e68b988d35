//! Requests on several threads at once: without a pause, and with other work
//! before each, as in a real handler.

use std::{
    hint,
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

use super::{Run, Workload};

const fn one(threads: u32) -> Workload {
    let run = Run::Threads(|who, count| who.requests(count));
    Workload {
        family: "threads",
        parameter: Some(threads),
        calls: 1_000,
        lines: (6, 0),
        open: 0,
        run,
    }
}

/// The other work of a handler.
const WORK: Duration = Duration::from_micros(20);

const fn working(threads: u32) -> Workload {
    let run = Run::Threads(|who, count| {
        for _ in 0..count {
            work();
            who.requests(1);
        }
    });
    Workload { family: "working", parameter: Some(threads), calls: 200, run, ..one(threads) }
}

fn work() {
    let start = Instant::now();
    while start.elapsed() < WORK {
        hint::spin_loop();
    }
}

#[rustfmt::skip]
pub(super) const ALL: &[Workload] = &[
    one(1), one(2), one(4), one(8), one(12), one(16),
    working(1), working(2), working(4), working(8), working(12), working(16),
];

/// Runs the same function on this number of threads at once. Returns the mean
/// of the results.
pub(super) fn run(threads: u32, run: impl Fn() -> f64 + Sync) -> f64 {
    let start = Barrier::new(threads as usize);
    let one = || {
        start.wait();
        run()
    };
    let took: f64 = thread::scope(|scope| {
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(one)).collect();
        threads.into_iter().map(|thread| thread.join().expect("does not panic")).sum()
    });
    took / f64::from(threads)
}
