//! Requests on several threads at once.

use std::{sync::Barrier, thread};

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

pub(super) const ALL: &[Workload] = &[one(1), one(2), one(4)];

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
