//! Measures what handing over a line costs: with one lock for each line, or
//! with blocks that a thread fills by itself and hands over when they are full.
//!
//! ```sh
//! cd benches/writer && cargo run --release --bin handoff
//! ```
//!
//! Both hand lines of 250 bytes to a thread that takes 64 KiB at a time, or
//! what is there every 5 ms, and discards them. The last column is a real event
//! in background mode, from reading the clock to the hand-over, with a sink
//! that discards it. The figures are nanoseconds for each line and thread, as
//! the median of some rounds.

use std::{
    cell::RefCell,
    io, mem,
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use trace_runtime::{
    flush, info,
    sink::Sink,
    writer::{Background, Overflow},
};

const LINES: u32 = 400_000;
const ROUNDS: usize = 9;
const BATCH: usize = 64 * 1024;
/// As many bytes as the buffer of background mode holds.
const CAPACITY: usize = 4 << 20;

/// The shared part of both variants: a buffer behind a lock, and a thread that
/// empties it.
#[derive(Default)]
struct Shared {
    bytes: Mutex<Vec<u8>>,
    is_full: Condvar,
    is_empty: Condvar,
    is_over: AtomicBool,
}

impl Shared {
    fn append(&self, bytes: &[u8]) {
        let mut shared = self.bytes.lock().unwrap();
        while shared.len() + bytes.len() > CAPACITY {
            shared = self.is_empty.wait(shared).unwrap();
        }
        let before = shared.len();
        shared.extend_from_slice(bytes);
        if before < BATCH && shared.len() >= BATCH {
            self.is_full.notify_one();
        }
    }

    fn drain(&self) {
        let mut taken = Vec::new();
        while !self.is_over.load(Ordering::Relaxed) {
            let bytes = self.bytes.lock().unwrap();
            let wait = Duration::from_millis(5);
            let (mut bytes, _) =
                self.is_full.wait_timeout_while(bytes, wait, |bytes| bytes.len() < BATCH).unwrap();
            mem::swap(&mut *bytes, &mut taken);
            drop(bytes);
            self.is_empty.notify_all();
            taken.clear();
        }
    }
}

thread_local! {
    static BLOCK: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

fn one_lock(shared: &Shared, line: &[u8]) {
    shared.append(line);
}

fn blocks(shared: &Shared, line: &[u8]) {
    BLOCK.with_borrow_mut(|block| {
        block.extend_from_slice(line);
        if block.len() >= 4_096 {
            shared.append(block);
            block.clear();
        }
    });
}

/// Returns how many nanoseconds each of the threads needs for a line.
fn timed(threads: u32, line: impl Fn() + Sync) -> f64 {
    let mut rounds: Vec<f64> = (0..ROUNDS).map(|_| round(threads, &line)).collect();
    rounds.sort_by(f64::total_cmp);
    rounds[ROUNDS / 2]
}

fn round(threads: u32, line: &(impl Fn() + Sync)) -> f64 {
    let start = Instant::now();
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| (0..LINES).for_each(|_| line()));
        }
    });
    start.elapsed().as_secs_f64() * 1e9 / f64::from(LINES)
}

fn handed_over(threads: u32, hand_over: fn(&Shared, &[u8])) -> f64 {
    let shared = Arc::new(Shared::default());
    let theirs = Arc::clone(&shared);
    let drain = thread::spawn(move || theirs.drain());
    let line = [b'x'; 250];
    let took = timed(threads, || hand_over(&shared, &line));
    shared.is_over.store(true, Ordering::Relaxed);
    drain.join().unwrap();
    took
}

struct Nowhere;

impl Sink for Nowhere {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn main() {
    let settings = Background::new().overflow(Overflow::Block);
    trace_runtime::builder().filter("info").sink(Nowhere).writer(settings).init().unwrap();
    let text = "x".repeat(120);
    println!("| threads | one lock a line | blocks of 4 KiB | `info!` in background mode |");
    println!("|---:|---:|---:|---:|");
    for threads in [1, 2, 4] {
        let (lock, blocks) = (handed_over(threads, one_lock), handed_over(threads, blocks));
        let ours = timed(threads, || info!(text = text.as_str(), "line"));
        flush(Duration::from_secs(10)).unwrap();
        println!("| {threads} | {lock:.0} | {blocks:.0} | {ours:.0} |");
    }
}
