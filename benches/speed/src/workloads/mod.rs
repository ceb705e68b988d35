//! The workloads, with one file for each family.

mod curves;
mod filter;
mod lines;
mod open;
mod threads;

use std::{fmt, time::Instant};

pub(crate) use self::open::held;
use crate::contestants::Contestant;

/// An operation that is done many times.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Workload {
    pub(crate) family: &'static str,
    /// The varied parameter: how deep, how long, how many.
    pub(crate) parameter: Option<u32>,
    /// How often it is done in one batch, which is timed as a whole. A batch is
    /// so short that the thread is rarely preempted in it.
    pub(crate) calls: u32,
    /// How many lines one call writes, and how many the batch writes besides.
    lines: (u32, u32),
    /// How many requests wait in the meantime.
    pub(crate) open: usize,
    run: Run,
}

/// How a batch is run, given the parameter and the number of calls.
#[derive(Clone, Copy, Debug)]
enum Run {
    /// On this thread.
    Here(fn(&dyn Contestant, u32, u32)),
    /// On as many threads as the parameter says; each makes all calls.
    Threads(fn(&dyn Contestant, u32)),
}

/// Returns all workloads: single operations, those below the filter, and those
/// that show how the cost grows.
pub(crate) fn all() -> Vec<Workload> {
    [lines::ALL, filter::ALL, curves::ALL, threads::ALL, open::ALL].concat()
}

/// Returns the workload of this name.
pub(crate) fn find(name: &str) -> Option<Workload> {
    all().into_iter().find(|workload| workload.to_string() == name)
}

impl Workload {
    /// Runs a batch. Returns how many nanoseconds a call took.
    pub(crate) fn run(&self, contestant: &dyn Contestant) -> f64 {
        let parameter = self.parameter.unwrap_or_default();
        match self.run {
            Run::Here(run) => timed(self.calls, || run(contestant, parameter, self.calls)),
            Run::Threads(run) => {
                threads::run(parameter, || timed(self.calls, || run(contestant, self.calls)))
            }
        }
    }

    /// Returns the number of calls in a batch, on all threads together.
    pub(crate) fn all_calls(&self) -> u32 {
        self.calls * self.threads()
    }

    /// Returns how many lines a batch writes.
    pub(crate) fn all_lines(&self) -> u64 {
        let (per_call, besides) = self.lines;
        u64::from(self.threads()) * u64::from(self.calls * per_call + besides)
    }

    fn threads(&self) -> u32 {
        match self.run {
            Run::Here(_) => 1,
            Run::Threads(_) => self.parameter.unwrap_or(1),
        }
    }

    /// Returns whether it runs on this thread only.
    pub(crate) fn is_on_one_thread(&self) -> bool {
        matches!(self.run, Run::Here(_))
    }
}

fn timed(calls: u32, run: impl FnOnce()) -> f64 {
    let start = Instant::now();
    run();
    start.elapsed().as_secs_f64() * 1e9 / f64::from(calls)
}

impl fmt::Display for Workload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.family)?;
        self.parameter.map_or(Ok(()), |parameter| write!(f, " {parameter}"))
    }
}
