//! Faults that only show in background mode: scenarios of `faults/`.

use std::{
    fs,
    sync::atomic::{AtomicBool, Ordering},
    thread,
    time::{Duration, Instant},
};

use trace_runtime::{Background, Overflow, error, info};

use crate::{builder, ledger};

pub(crate) fn run(scenario: &str, arguments: &[&str]) -> bool {
    match (scenario, arguments) {
        ("flood", [milliseconds]) => {
            builder().init().unwrap();
            flood(Duration::from_millis(milliseconds.parse().unwrap()));
        }
        ("block", [path, threads, lines]) => {
            let settings = Background::new().overflow(Overflow::Block);
            builder().background(settings).file(*path).init().unwrap();
            block(threads.parse().unwrap(), lines.parse().unwrap());
        }
        ("flood_and_errors", [errors]) => {
            builder().init().unwrap();
            flood_and_errors(errors.parse().unwrap());
        }
        _ => return false,
    }
    true
}

/// Logs as fast as it goes, and says how long calls took: how many more than
/// 40 ms, the longest, and what is typical when lines are dropped (ns).
fn flood(long: Duration) {
    let start = Instant::now();
    let (mut slow, mut longest, mut took_ns) = (0, Duration::ZERO, Vec::new());
    let mut n = 0_u64;
    while start.elapsed() < long {
        let before = Instant::now();
        info!(thread = 0, n, text = "x".repeat(120));
        let took = before.elapsed();
        n += 1;
        ledger::acknowledge(0, n);
        slow += u32::from(took > Duration::from_millis(40));
        longest = longest.max(took);
        took_ns.push(took.as_nanos());
        if took_ns.len() == 20_000 {
            took_ns.drain(..10_000); // the end is what matters
        }
    }
    took_ns.sort_unstable();
    let typical = took_ns[took_ns.len() / 2];
    eprintln!("{slow} {} {typical} {}", longest.as_micros(), peak_memory());
}

/// Returns the most memory that the process ever had, in KiB.
fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0)
}

fn block(threads: usize, lines: u64) {
    thread::scope(|scope| {
        for thread in 0..threads {
            scope.spawn(move || {
                for n in 0..lines {
                    info!(thread, n, "line");
                    ledger::acknowledge(thread, n + 1);
                }
            });
        }
    });
    eprintln!("{}", peak_memory());
}

/// One callsite floods; beside it somebody has errors to tell.
fn flood_and_errors(errors: u64) {
    static IS_OVER: AtomicBool = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut n = 0;
            while !IS_OVER.load(Ordering::Relaxed) {
                info!(thread = 0, n, text = "x".repeat(120));
                n += 1;
                ledger::acknowledge(0, n);
            }
        });
        for n in 0..errors {
            error!(thread = 1, n, "something is wrong");
            ledger::acknowledge(1, n + 1);
            thread::sleep(Duration::from_millis(1));
        }
        IS_OVER.store(true, Ordering::Relaxed);
    });
}
