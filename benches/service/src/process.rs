//! Limits and measures the resources of this process.

use std::{fs, thread};

use rustix::{
    thread::{CpuSet, sched_setaffinity},
    time::{ClockId, clock_gettime},
};
use tokio::runtime::{Builder, Runtime};

/// Some of the machine's cores.
#[derive(Clone, Copy)]
pub(crate) struct Cores {
    pub(crate) first: usize,
    pub(crate) count: usize,
}

impl Cores {
    /// Returns the cores of the service and those of the load: one each, or half
    /// of the machine's each.
    pub(crate) fn halves(is_wide: bool) -> [Self; 2] {
        let all = thread::available_parallelism().map_or(2, usize::from);
        let count = if is_wide { (all / 2).max(1) } else { 1 };
        [Self { first: 0, count }, Self { first: count, count }]
    }

    /// Reads cores from the command line.
    pub(crate) fn parse(first: &str, count: &str) -> Self {
        let number = |text: &str| text.parse().expect("a number");
        Self { first: number(first), count: number(count) }
    }

    /// Restricts this process to these cores.
    pub(crate) fn pin(self) {
        let mut cores = CpuSet::new();
        (self.first..self.first + self.count).for_each(|core| cores.set(core));
        // If there is only one core, all share it.
        let _ = sched_setaffinity(None, &cores);
    }

    /// Returns a runtime with a thread on each of these cores.
    pub(crate) fn runtime(self) -> Runtime {
        let mut builder = match self.count {
            1 => Builder::new_current_thread(),
            _ => Builder::new_multi_thread(),
        };
        builder.worker_threads(self.count).enable_all().build().expect("a runtime")
    }
}

/// Returns how many microseconds of processor time all threads have used so
/// far.
pub(crate) fn cpu_us() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 * 1e6 + time.tv_nsec as f64 / 1e3
}

/// Returns the most memory that the process has used, in MiB.
pub(crate) fn peak_mib() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let kib = peak.and_then(|peak| peak.trim().trim_end_matches(" kB").parse::<f64>().ok());
    kib.unwrap_or_default() / 1024.0
}
