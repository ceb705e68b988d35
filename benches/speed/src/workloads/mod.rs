//! What is measured, a family of workloads in each file.

mod curves;
mod filter;
mod lines;
mod open;
mod threads;

use std::{fmt, time::Instant};

pub(crate) use self::open::held;
use crate::contestants::Contestant;

/// Something to be done many times.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Workload {
    pub(crate) family: &'static str,
    /// What is varied: how deep, how long, how many.
    pub(crate) parameter: Option<u32>,
    /// How often it is done in one batch, which is what is timed: well below
    /// the time after which somebody else may get the processor.
    pub(crate) calls: u32,
    /// How many lines one call writes, and the batch besides.
    lines: (u32, u32),
    /// How many requests wait meanwhile.
    pub(crate) open: usize,
    run: Run,
}

/// How a batch is run, given the parameter and the number of calls.
#[derive(Clone, Copy, Debug)]
enum Run {
    /// On this thread.
    Here(fn(&dyn Contestant, u32, u32)),
    /// On as many threads as the parameter says, each all calls.
    Threads(fn(&dyn Contestant, u32)),
}

/// Returns all workloads: what one does, below the filter, and how the cost
/// grows.
pub(crate) fn all() -> Vec<Workload> {
    [lines::ALL, filter::ALL, curves::ALL, threads::ALL, open::ALL].concat()
}

/// Returns the workload of this name.
pub(crate) fn find(name: &str) -> Option<Workload> {
    all().into_iter().find(|workload| workload.to_string() == name)
}

impl Workload {
    /// Runs a batch; returns how many nanoseconds a call took.
    pub(crate) fn run(&self, contestant: &dyn Contestant) -> f64 {
        let parameter = self.parameter.unwrap_or_default();
        match self.run {
            Run::Here(run) => timed(self.calls, || run(contestant, parameter, self.calls)),
            Run::Threads(run) => {
                threads::run(parameter, || timed(self.calls, || run(contestant, self.calls)))
            }
        }
    }

    /// Returns how many calls there are in a batch, those of all threads.
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

    /// Returns whether this thread does all of it.
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
