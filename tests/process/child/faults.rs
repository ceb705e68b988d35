//! Faults of what is written to: scenarios of `faults/` and `process/faults.rs`.

use std::{
    fmt, fs,
    io::{self, Write as _},
    sync::{
        Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use test_support::{LONG, Random};
use trace_runtime::{
    Builder, Limits, flush, info,
    sink::{File, Memory, Sink, Stdio},
    stats,
};

use crate::{builder, ledger};

pub(crate) fn run(scenario: &str, arguments: &[&str]) -> bool {
    match (scenario, arguments) {
        ("write", [threads, lines, least, most]) => {
            roomy().init().unwrap();
            let [threads, lines, least, most] =
                [threads, lines, least, most].map(|number| number.parse().unwrap());
            write(0, threads, lines, least..most);
        }
        ("append", [path, first, lines]) => {
            roomy().file(*path).init().unwrap();
            write(first.parse().unwrap(), 1, lines.parse().unwrap(), 250..8_000);
        }
        ("write_short", [first, lines]) => {
            builder().limits(Limits::default().line(4_096)).init().unwrap();
            write(first.parse().unwrap(), 1, lines.parse().unwrap(), 250..8_000);
        }
        ("rotate", [path, bytes, first, lines]) => {
            let file = File::open(*path).unwrap().rotate(bytes.parse().unwrap(), 10_000);
            builder().sink(file).init().unwrap();
            write(first.parse().unwrap(), 1, lines.parse().unwrap(), 250..300);
        }
        ("rotate_and_reopen", [path, bytes, lines]) => {
            let file = File::open(*path).unwrap().rotate(bytes.parse().unwrap(), 10_000);
            rotate_and_reopen(file, lines.parse().unwrap());
        }
        ("fill", [path, lines]) => fill(path, lines.parse().unwrap()),
        ("sink_that_logs", _) => sink_that_logs(),
        ("sink_that_panics", _) => sink_that_panics(),
        ("sink_that_panics_at_last", _) => sink_that_panics_at_last(),
        ("panic_with_a_sink_that_panics", _) => panic_with_a_sink_that_panics(),
        ("sink_that_holds_back", _) => sink_that_holds_back(),
        ("sink_that_stutters", [lines]) => sink_that_stutters(lines.parse().unwrap()),
        ("sink_that_errs", [n]) => sink_that_errs(n.parse().unwrap()),
        ("sink_that_takes_little", [most]) => sink_that_takes_little(most.parse().unwrap()),
        _ => return false,
    }
    let _ = flush(Duration::from_secs(1));
    // Standard error may be closed as well.
    let stats = stats();
    let _ = writeln!(io::stderr(), "{} {}", stats.lines_written, stats.lines_dropped);
    true
}

fn roomy() -> Builder {
    builder().limits(Limits::default().line(16_000).value(16_000))
}

/// Writes numbered lines of random length from several threads.
fn write(first: usize, threads: usize, lines: usize, length: std::ops::Range<usize>) {
    let length = &length;
    thread::scope(|scope| {
        for thread in first..first + threads {
            scope.spawn(move || {
                let mut random = Random::seeded(thread as u64);
                for n in 0..lines {
                    let length = length.start + random.below(length.end - length.start);
                    // What surrounds the value takes some 120 bytes.
                    info!(thread, n, text = "x".repeat(length.saturating_sub(120)));
                    ledger::acknowledge(thread, n as u64 + 1);
                }
            });
        }
    });
}

/// Writes lines while the file is opened anew without a pause.
fn rotate_and_reopen(file: File, lines: usize) {
    let (reopen, is_over) = (file.reopen(), AtomicBool::new(false));
    builder().sink(file).init().unwrap();
    thread::scope(|scope| {
        scope.spawn(|| {
            while !is_over.load(Ordering::Relaxed) {
                reopen.reopen().unwrap();
            }
        });
        write(0, 4, lines, 250..300);
        is_over.store(true, Ordering::Relaxed);
    });
}

/// Writes more than the file may hold, shows what is in it, empties it, writes
/// on, and shows the rest.
fn fill(path: &str, lines: u64) {
    builder().file(path).init().unwrap();
    for n in 0..lines {
        info!(n, text = "x".repeat(200));
        ledger::acknowledge(0, n + 1);
    }
    make_space_until_flushed(path);
    for n in lines..lines + 10 {
        info!(n, "there is space again");
        ledger::acknowledge(0, n + 1);
    }
    make_space_until_flushed(path);
}

/// In background mode what did not fit waits for space, and is tried again.
fn make_space_until_flushed(path: &str) {
    while flush(Duration::from_millis(150)).is_err() {
        make_space(path);
    }
    make_space(path);
}

fn make_space(path: &str) {
    print!("{}", fs::read_to_string(path).unwrap());
    fs::write(path, "").unwrap();
}

/// Logs whenever it is handed a line.
struct Logs(Memory, u64);

impl Sink for Logs {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        info!(thread = 1, n = self.1, "from the sink");
        self.1 += 1;
        ledger::acknowledge(1, self.1);
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn sink_that_logs() {
    let memory = Memory::default();
    builder().sink(Logs(memory.clone(), 0)).init().unwrap();
    for n in 0..3 {
        info!(n, "outside");
        ledger::acknowledge(0, n + 1);
        flush(LONG).unwrap();
    }
    print!("{}", memory.text());
}

/// Panics each second time.
struct Panics(Memory, bool);

impl Sink for Panics {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.1 = !self.1;
        assert!(self.1, "on purpose");
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn sink_that_panics() {
    let memory = Memory::default();
    builder().sink(Panics(memory.clone(), false)).init().unwrap();
    for n in 0..10 {
        info!(n, "outside");
        ledger::acknowledge(0, n + 1);
    }
    flush(LONG).unwrap();
    print!("{}", memory.text());
}

/// Passes on what it is given to standard output, so often, and panics then.
struct PanicsAfter(Stdio, u64);

impl Sink for PanicsAfter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.1 = self.1.checked_sub(1).expect("on purpose");
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Under `panic = "abort"` the process ends there.
fn sink_that_panics_at_last() {
    builder().sink(PanicsAfter(Stdio::stdout().unwrap(), 5)).init().unwrap();
    for n in 0..10 {
        info!(n, "outside");
        ledger::acknowledge(0, n + 1);
        flush(LONG).unwrap();
    }
}

fn panic_with_a_sink_that_panics() {
    let memory = Memory::default();
    builder().sink(Panics(memory.clone(), true)).init().unwrap();
    for n in 0..4 {
        std::thread::spawn(move || panic!("panic {n}")).join().unwrap_err();
    }
    flush(LONG).unwrap();
    print!("{}", memory.text());
}

/// Passes on what it took only when it is flushed.
struct HoldsBack(io::BufWriter<io::Stdout>);

impl Sink for HoldsBack {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn sink_that_holds_back() {
    builder().sink(HoldsBack(io::BufWriter::new(io::stdout()))).init().unwrap();
    for n in 0..10 {
        info!(n, "held back");
    }
}

/// Takes a few bytes at a time, is interrupted, and fails now and then.
struct Stutters(Memory, Random);

impl Sink for Stutters {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.1.below(100) {
            0..20 => Err(io::ErrorKind::Interrupted.into()),
            20 => Err(io::ErrorKind::StorageFull.into()),
            21 => Ok(0),
            _ => self.0.write(&bytes[..bytes.len().min(1 + self.1.below(300))]),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Values take a lock of their own meanwhile: no lock of ours is held then.
fn sink_that_stutters(lines: usize) {
    static TURNS: Mutex<u32> = Mutex::new(0);
    struct Slow(usize);
    impl fmt::Display for Slow {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            *TURNS.lock().unwrap() += 1;
            write!(f, "{}", self.0)
        }
    }
    let memory = Memory::default();
    builder().sink(Stutters(memory.clone(), Random::seeded(4))).init().unwrap();
    thread::scope(|scope| {
        for thread in 0..4 {
            scope.spawn(move || {
                for n in 0..lines {
                    info!(thread, n, slowly = %Slow(n));
                    ledger::acknowledge(thread, n as u64 + 1);
                }
            });
        }
    });
    flush(LONG).unwrap();
    print!("{}", memory.text());
}

/// Fails each n-th time, in a few ways.
struct Errs(Memory, usize, usize);

impl Sink for Errs {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        const EIO: i32 = 5;
        self.2 += 1;
        match (self.2 % self.1, self.2 / self.1 % 3) {
            (0, 0) => Err(io::ErrorKind::StorageFull.into()),
            (0, 1) => Err(io::Error::from_raw_os_error(EIO)),
            (0, _) => Ok(0),
            _ => self.0.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn sink_that_errs(n: usize) {
    let memory = Memory::default();
    builder().sink(Errs(memory.clone(), n, 0)).init().unwrap();
    write_and_flush(&memory);
}

/// Takes from one byte to so many at a time.
struct TakesLittle(Memory, Random, usize);

impl Sink for TakesLittle {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(&bytes[..bytes.len().min(1 + self.1.below(self.2))])
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn sink_that_takes_little(most: usize) {
    let memory = Memory::default();
    builder().sink(TakesLittle(memory.clone(), Random::seeded(5), most)).init().unwrap();
    write_and_flush(&memory);
}

/// Writes numbered lines from two threads, and flushes now and then, for
/// background mode to hand over more than one batch.
fn write_and_flush(memory: &Memory) {
    thread::scope(|scope| {
        for thread in 0..2 {
            scope.spawn(move || {
                for n in 0..200 {
                    info!(thread, n, "line");
                    ledger::acknowledge(thread, n + 1);
                    if n % 10 == 0 {
                        flush(LONG).unwrap();
                    }
                }
            });
        }
    });
    flush(LONG).unwrap();
    print!("{}", memory.text());
}
