//! The process of one contestant. It receives questions, one on each line, and
//! answers each with a line of JSON.
//!
//! Each contestant has its own process, because it sets up process-wide state.
//! All processes run until the end and take turns, so that other load on the
//! machine affects all of them.

use std::{
    fs, io,
    path::Path,
    time::{Duration, Instant},
};

use report::numbers::median;
use rustix::time::{ClockId, clock_gettime};
use serde_json::{Value, json};

use crate::{
    allocator,
    contestants::{self, Contestant, Held},
    sink::{self, Destination},
    workloads::{self, Workload},
};

/// After how many lines the process waits until all are written: few enough for
/// every queue, and many enough that waiting takes almost no time.
const BETWEEN_SETTLING: u64 = 4_000;

/// Answers until there are no more questions.
pub(crate) fn run(name: &str, destination: &Destination) {
    let start = contestants::start(name).expect("a contestant");
    let mut child = Child {
        contestant: start(destination),
        destination: destination.clone(),
        open: Vec::new(),
    };
    for question in io::stdin().lines() {
        let question = question.expect("text");
        let (verb, name) = question.split_once(' ').expect("a verb and a workload");
        let workload = workloads::find(name).expect("a workload");
        let answer = match verb {
            "show" => child.show(&workload),
            milliseconds => child.measure(&workload, duration(milliseconds)),
        };
        println!("{answer}");
    }
}

fn duration(milliseconds: &str) -> Duration {
    Duration::from_millis(milliseconds.parse().expect("a number of milliseconds"))
}

struct Child {
    contestant: Box<dyn Contestant>,
    destination: Destination,
    /// Requests that wait until the end.
    open: Vec<Held>,
}

/// The lines and bytes written so far.
struct Written {
    lines: u64,
    bytes: u64,
}

impl Child {
    /// Writes one batch and returns its text.
    fn show(&self, workload: &Workload) -> Value {
        let before = sink::writes();
        let kept = sink::kept(|| {
            workload.run(&*self.contestant);
            self.contestant.settle(before + workload.all_lines());
        });
        let text = match self.path() {
            Some(path) => fs::read(path).expect("a file"),
            None => kept,
        };
        self.forget();
        String::from_utf8(text).expect("text").into()
    }

    /// Opens the requests that wait while a workload runs. Returns how many
    /// bytes of memory each takes.
    fn open(&mut self, workload: &Workload) -> Option<f64> {
        let missing = workload.open.checked_sub(self.open.len()).filter(|count| *count > 0)?;
        let before = resident();
        while self.open.len() < workload.open {
            self.open.push(workloads::held(&*self.contestant));
            if self.open.len().is_multiple_of(1_000) {
                self.contestant.settle(0);
            }
        }
        Some(resident().saturating_sub(before) as f64 / missing as f64)
    }

    /// Runs batches for about this time.
    fn measure(&mut self, workload: &Workload, budget: Duration) -> Value {
        let memory = self.open(workload);
        self.batches(workload, Duration::ZERO);
        self.forget();
        let before = self.written();
        let (cpu, allocations) = (cpu_time(), allocator::count());
        let took = self.batches(workload, budget);
        let (cpu_ns, allocations) = (cpu_time() - cpu, allocator::count() - allocations);
        let written = self.written();
        self.forget();
        let calls = took.len() as f64 * f64::from(workload.all_calls());
        json!({
            "caller_ns": median(took.clone()),
            "cpu_ns": cpu_ns / calls,
            "allocations": workload.is_on_one_thread().then_some(allocations as f64 / calls),
            "bytes": (written.bytes - before.bytes) as f64 / calls,
            "lost": (took.len() as u64 * workload.all_lines()) as f64
                - (written.lines - before.lines) as f64,
            "memory": memory,
        })
    }

    /// Runs batches, at least one, until they have taken this time. Returns how
    /// many nanoseconds a call took in each batch.
    fn batches(&self, workload: &Workload, budget: Duration) -> Vec<f64> {
        let (start, mut took) = (Instant::now(), Vec::new());
        let (mut lines, mut settled) = (sink::writes(), sink::writes());
        loop {
            took.push(workload.run(&*self.contestant));
            lines += workload.all_lines();
            let is_over = start.elapsed() >= budget;
            if lines - settled >= BETWEEN_SETTLING || is_over {
                self.contestant.settle(lines);
                settled = lines;
            }
            if is_over {
                return took;
            }
        }
    }

    fn path(&self) -> Option<&Path> {
        match &self.destination {
            Destination::Null => None,
            Destination::Direct(path) | Destination::Background(path) => Some(path),
        }
    }

    fn written(&self) -> Written {
        let Some(path) = self.path() else {
            return Written { lines: sink::writes(), bytes: sink::bytes() };
        };
        let bytes = fs::read(path).expect("a file");
        let lines = bytes.split_inclusive(|byte| *byte == b'\n').count() as u64;
        Written { lines, bytes: bytes.len() as u64 }
    }

    /// Empties the file. Contestants append, so they continue at its beginning.
    fn forget(&self) {
        if let Some(path) = self.path() {
            fs::File::options().write(true).open(path).expect("a file").set_len(0).expect("a file");
        }
    }
}

/// Returns how many nanoseconds of processor time all threads have used.
fn cpu_time() -> f64 {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    time.tv_sec as f64 * 1e9 + time.tv_nsec as f64
}

/// Returns how many bytes of memory the process holds.
fn resident() -> u64 {
    let status = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let pages = status.split_whitespace().nth(1).and_then(|pages| pages.parse().ok());
    pages.unwrap_or(0u64) * rustix::param::page_size() as u64
}
