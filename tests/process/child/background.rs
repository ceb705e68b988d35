//! Faults that only show in background mode: scenarios of `faults/`.

use std::{
    fs, io, mem,
    os::unix::fs::FileExt as _,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
    thread,
    time::{Duration, Instant},
};

use trace_runtime::{
    error, info,
    sink::{Sink, Stdio},
    stats,
    writer::{Background, Overflow},
};

use crate::{builder, ledger};

pub(crate) fn run(scenario: &str, arguments: &[&str]) -> bool {
    match (scenario, arguments) {
        ("flood", [milliseconds]) => {
            builder().init().unwrap();
            flood(Duration::from_millis(milliseconds.parse().unwrap()));
        }
        ("block", [path, threads, lines]) => {
            let settings = Background::new().overflow(Overflow::Block);
            builder().writer(settings).file(*path).init().unwrap();
            block(threads.parse().unwrap(), lines.parse().unwrap());
        }
        ("flood_into_a_slow_sink", [lines]) => flood_into_a_slow_sink(lines.parse().unwrap()),
        ("full_speed", [path, lines]) => {
            builder().file(*path).init().unwrap();
            from_threads(16, lines.parse().unwrap());
        }
        ("look", [path, lines]) => {
            builder().file(*path).init().unwrap();
            look(lines.parse().unwrap());
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

/// Returns the most memory that the process ever had, in KiB, without the parts
/// of its program that are in memory: those are many in a debug build.
fn peak_memory() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let kib = |name: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix(name));
        line.and_then(|line| line.split_whitespace().next()?.parse().ok()).unwrap_or(0_u64)
    };
    kib("VmHWM:").saturating_sub(kib("RssFile:"))
}

fn block(threads: usize, lines: u64) {
    from_threads(threads, lines);
    eprintln!("{}", peak_memory());
}

/// Logs so many lines from each thread; returns how long the longest call took.
fn from_threads(threads: usize, lines: u64) -> Duration {
    thread::scope(|scope| {
        let log = |thread| scope.spawn(move || (0..lines).map(|n| timed(thread, n)).max());
        let threads: Vec<_> = (0..threads).map(log).collect();
        threads.into_iter().filter_map(|thread| thread.join().unwrap()).max().unwrap_or_default()
    })
}

fn timed(thread: usize, n: u64) -> Duration {
    let start = Instant::now();
    info!(thread, n, "line");
    let took = start.elapsed();
    ledger::acknowledge(thread, n + 1);
    took
}

/// Takes 64 KiB each 45 ms: it gets on, but slowly.
struct Slow(Stdio);

impl Sink for Slow {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        thread::sleep(Duration::from_millis(45));
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn flood_into_a_slow_sink(lines: u64) {
    builder().sink(Slow(Stdio::stdout().unwrap())).init().unwrap();
    eprintln!("{}", from_threads(16, lines).as_millis());
}

/// Logs from some threads, and looks at the counts meanwhile: each line whose
/// call has returned is in one of them, and none is in two.
fn look(lines: u64) {
    static BEGUN: AtomicU64 = AtomicU64::new(0);
    static ACKNOWLEDGED: AtomicU64 = AtomicU64::new(0);
    thread::scope(|scope| {
        let log = |thread: usize| {
            scope.spawn(move || {
                for n in 0..lines {
                    BEGUN.fetch_add(1, Ordering::SeqCst);
                    timed(thread, n);
                    ACKNOWLEDGED.fetch_add(1, Ordering::SeqCst);
                }
            })
        };
        let threads = [0, 1, 2, 3].map(log);
        while threads.iter().any(|thread| !thread.is_finished()) {
            let least = ACKNOWLEDGED.load(Ordering::SeqCst);
            let stats = stats();
            let most = BEGUN.load(Ordering::SeqCst);
            let lines = stats.lines_written + stats.lines_dropped + stats.lines_waiting;
            assert!((least..=most).contains(&lines), "{least} <= {lines} <= {most}: {stats:?}");
        }
    });
}

/// One callsite floods, while another logs errors.
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
