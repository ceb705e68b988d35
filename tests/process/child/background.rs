//! Faults that only show in background mode: scenarios of `faults/`.

use std::{
    fs, mem,
    os::unix::fs::FileExt as _,
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
/// 40 ms, the longest, and what is typical when lines are dropped (ns). The
/// time in which others had the processor is no time of a call.
fn flood(long: Duration) {
    let start = Instant::now();
    let (mut slow, mut longest, mut took_ns) = (0, Duration::ZERO, Vec::new());
    let (mut n, mut turns) = (0_u64, Turns::new());
    while start.elapsed() < long {
        turns.waited();
        let before = Instant::now();
        info!(thread = 0, n, text = "x".repeat(120));
        let mut took = before.elapsed();
        if took > Duration::from_millis(40) {
            took = took.saturating_sub(turns.waited());
        }
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

/// How long this thread has waited for its turn on a processor.
struct Turns {
    schedstat: Option<fs::File>,
    waited: Duration,
}

impl Turns {
    fn new() -> Self {
        let schedstat = fs::File::open("/proc/thread-self/schedstat").ok();
        Self { schedstat, waited: Duration::ZERO }
    }

    /// Returns how long it was since the last call of this.
    fn waited(&mut self) -> Duration {
        let mut text = [0; 64];
        let read = self.schedstat.as_ref().and_then(|file| file.read_at(&mut text, 0).ok());
        let text = String::from_utf8_lossy(&text[..read.unwrap_or(0)]);
        let nanos = text.split(' ').nth(1).and_then(|nanos| nanos.parse().ok()).unwrap_or(0);
        let before = mem::replace(&mut self.waited, Duration::from_nanos(nanos));
        self.waited.saturating_sub(before)
    }
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
