//! Processes that export: scenarios of `process/otel/`. Where to is in the
//! variables of the environment.

use std::{fs, thread, time::Duration};

use test_support::at_once;
use trace_otel::Otel;
use trace_runtime::{flush, timed, traced_handler, warn};

use crate::{builder, ends::end, otel_serve};

pub(crate) fn run(scenario: &str, arguments: &[&str]) -> bool {
    match (scenario, arguments) {
        ("otel_end", [how, threads, spans]) => {
            let _otel = start();
            make_spans(threads.parse().unwrap(), spans.parse().unwrap());
            end(how);
        }
        ("otel_lines", [spans]) => {
            let otel = start();
            make_spans(1, spans.parse().unwrap());
            warn!("a record");
            let _ = flush(Duration::from_mins(1));
            eprintln!("{:?}", otel.stats().traces);
        }
        ("otel_idle", []) => idle(),
        ("otel_memory", [spans]) => memory(spans.parse().unwrap()),
        ("otel_serve", []) => otel_serve::serve(),
        ("otel_refused", []) => eprintln!("{}", Otel::from_env().unwrap_err()),
        _ => return false,
    }
    true
}

fn start() -> Otel {
    let otel = Otel::from_env().unwrap();
    builder().observe(otel.clone()).init().unwrap();
    otel
}

#[timed(fields(thread, number))]
fn step(thread: u64, number: u64) {}

#[traced_handler]
async fn handler(thread: u64, spans: u64) {
    for number in 0..spans {
        step(thread, number);
    }
}

/// Makes so many spans on each thread, and one around them.
fn make_spans(threads: u64, spans: u64) {
    thread::scope(|scope| {
        for thread in 0..threads {
            scope.spawn(move || at_once(handler(thread, spans)));
        }
    });
}

/// Says how many threads there are, and how many ticks three seconds without
/// anything to do have cost.
fn idle() {
    let otel = start();
    make_spans(1, 5);
    let _ = flush(Duration::from_mins(1));
    let before = ticks();
    thread::sleep(Duration::from_secs(3));
    // Those that made the spans are gone by now.
    let threads = fs::read_dir("/proc/self/task").unwrap().count();
    eprintln!("{threads} {} {}", ticks() - before, otel.stats().traces.offered);
}

/// Says how many KiB more are resident after so many spans.
fn memory(spans: u64) {
    let _otel = start();
    make_spans(1, 10);
    let before = resident_kib();
    make_spans(4, spans / 4);
    eprintln!("{}", resident_kib().saturating_sub(before));
}

fn resident_kib() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.split_whitespace().next().unwrap().parse().unwrap()
}

/// Returns the hundredths of a second that all threads have used.
fn ticks() -> u64 {
    let stat = fs::read_to_string("/proc/self/stat").unwrap();
    let (_, after) = stat.rsplit_once(')').unwrap();
    let fields: Vec<_> = after.split_whitespace().collect();
    fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap()
}
