//! Every line carries the id of its own request, whatever else goes on.
//!
//! 10,000 requests at once, each giving way 100 times, on every kind
//! of runtime, through everything that tasks are made of. The same harness
//! with a plain thread-local in place of the trace must find wrong ids, or it
//! could not find them here either.

mod carrier;
mod runtimes;
mod story;

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use test_support::{Random, capture};
use trace_runtime::testing::Capture;

use self::{
    carrier::{Carrier, Own, ThreadLocal, Traced},
    runtimes::Runtime,
};

const REQUESTS: Own = 10_000;

/// How often each request gives way, at least.
const YIELDS: usize = 100;

#[test]
fn on_a_current_thread_runtime_every_id_is_right() {
    check(Runtime::CurrentThread);
}

#[test]
fn on_a_multi_thread_runtime_every_id_is_right() {
    check(Runtime::MultiThread);
}

#[test]
fn on_a_local_set_every_id_is_right() {
    check(Runtime::LocalSet);
}

#[test]
fn a_plain_thread_local_gives_wrong_ids_on_one_thread() {
    assert!(requests::<ThreadLocal>(Runtime::CurrentThread, &capture(), 500).wrong() > 0);
}

#[test]
fn a_plain_thread_local_gives_wrong_ids_on_many_threads() {
    assert!(requests::<ThreadLocal>(Runtime::MultiThread, &capture(), 500).wrong() > 0);
}

fn check(runtime: Runtime) {
    let capture = capture();
    let asked = requests::<Traced>(runtime, &capture, REQUESTS);
    assert_eq!(asked.wrong(), 0, "wrong ids");
    assert!(asked.times() >= u64::from(REQUESTS) * YIELDS as u64, "too few yields");
    check_lines(&capture);
}

/// Runs many requests at once, and returns what they saw.
fn requests<C: Carrier>(runtime: Runtime, capture: &Capture, requests: Own) -> Arc<Asked> {
    let asked = Arc::new(Asked::default());
    let mut random = Random::seeded(0x15_01A7_1071);
    let tasks: Vec<_> = (0..requests)
        .map(|own| {
            let story = story::run::<C>(own, random.fork(), runtime, Arc::clone(&asked));
            capture.scope(C::request(own, story))
        })
        .collect();
    runtime.run(tasks);
    asked
}

/// Every line must name the request that wrote it; each request must have one
/// closing line.
fn check_lines(capture: &Capture) {
    let mut closed: HashMap<String, usize> = HashMap::new();
    for line in capture.lines() {
        let trace_id = member(&line, r#""trace_id":"request-"#, '"');
        let own = member(&line, r#""own":"#, '}');
        assert_eq!(trace_id, own, "{line}");
        if line.contains(r#""kind":"request""#) {
            *closed.entry(own.to_owned()).or_default() += 1;
        }
    }
    assert_eq!(closed.len(), REQUESTS as usize);
    assert!(closed.values().all(|&times| times == 1));
}

fn member<'a>(line: &'a str, before: &str, end: char) -> &'a str {
    let (_, value) = line.split_once(before).unwrap_or_else(|| panic!("no {before} in {line}"));
    value.split(end).next().unwrap_or_default()
}

/// How often the current id was asked for, and what came of it.
#[derive(Default)]
struct Asked {
    times: AtomicU64,
    wrong: AtomicU64,
}

impl Asked {
    fn note(&self, own: Own, here: Option<Own>) {
        self.times.fetch_add(1, Ordering::Relaxed);
        self.wrong.fetch_add(u64::from(here != Some(own)), Ordering::Relaxed);
    }

    fn times(&self) -> u64 {
        self.times.load(Ordering::Relaxed)
    }

    fn wrong(&self) -> u64 {
        self.wrong.load(Ordering::Relaxed)
    }
}
