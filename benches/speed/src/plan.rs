//! Which contestants run which workloads, and how often.

use crate::{
    contestants,
    workloads::{self, Workload},
};

/// A run of the benchmark.
pub(crate) struct Plan {
    pub(crate) contestants: Vec<&'static str>,
    pub(crate) parts: Vec<Part>,
    /// How often each workload is measured. The contestants take turns.
    pub(crate) rounds: usize,
    /// How long each measurement takes, in milliseconds.
    pub(crate) milliseconds: u32,
}

/// The measurements for one destination.
pub(crate) struct Part {
    pub(crate) destination: &'static str,
    pub(crate) workloads: Vec<Workload>,
}

const MAIN: [&str; 4] = ["event", "timed sync", "timed async", "request"];
const THREADS: [&str; 6] =
    ["threads 1", "threads 2", "threads 4", "threads 8", "threads 12", "threads 16"];
const WORKING: [&str; 6] =
    ["working 1", "working 2", "working 4", "working 8", "working 12", "working 16"];
const FILTERED: [&str; 2] = ["filtered event", "filtered step"];

impl Plan {
    /// Everything.
    pub(crate) fn full() -> Self {
        Self {
            contestants: contestants::names().collect(),
            parts: vec![
                Part { destination: "null", workloads: workloads::all() },
                part("direct", &[&MAIN[..], &WORKING].concat()),
                part("background", &[&MAIN[..], &THREADS, &WORKING].concat()),
            ],
            rounds: 11,
            milliseconds: 20,
        }
    }

    /// How the cost grows with the number of threads. More threads than cores
    /// show what it costs to take turns.
    pub(crate) fn threads() -> Self {
        let workloads = [THREADS, WORKING].concat();
        Self {
            contestants: vec!["floor std", "floor tlbuf", "ours", "fastrace"],
            parts: vec![part("direct", &workloads), part("background", &workloads)],
            rounds: 7,
            milliseconds: 20,
        }
    }

    /// This project, two floors, `tracing` and the fastest peer, with the main
    /// workloads.
    pub(crate) fn short() -> Self {
        Self {
            contestants: vec!["floor std", "floor tsc", "ours", "fastrace", "tracing"],
            parts: vec![
                part("null", &[MAIN.as_slice(), FILTERED.as_slice()].concat()),
                part("direct", &["event", "request"]),
                part("background", &["event", "request"]),
            ],
            rounds: 15,
            milliseconds: 20,
        }
    }

    /// What goes through `tracing`, with its own subscriber and with ours.
    pub(crate) fn bridges() -> Self {
        let workloads = ["event", "timed sync", "timed async", "filtered event"];
        Self {
            contestants: ["floor std", "tracing"]
                .into_iter()
                .chain(contestants::bridged())
                .collect(),
            parts: vec![part("null", &workloads)],
            rounds: 11,
            milliseconds: 20,
        }
    }
}

fn part(destination: &'static str, workloads: &[&str]) -> Part {
    let find = |name: &&str| workloads::find(name).expect("a workload of this name");
    Part { destination, workloads: workloads.iter().map(find).collect() }
}
