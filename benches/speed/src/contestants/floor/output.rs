//! Where a finished line goes: to the sink at once, or through one lock to a
//! thread that writes 64 KiB, or what there is every 5 ms.

use std::{
    cell::RefCell,
    io::Write as _,
    mem,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

use crate::sink::{Destination, Tallied};

const BATCH: usize = 64 * 1024;
const LINGER: Duration = Duration::from_millis(5);
/// How much may wait for the thread.
const CAPACITY: usize = 4 << 20;

pub(super) enum Output {
    Direct(Mutex<Tallied>),
    Background(Arc<Queue>),
}

impl Output {
    pub(super) fn new(destination: &Destination) -> Self {
        let out = destination.open();
        match destination {
            Destination::Null | Destination::Direct(_) => Self::Direct(Mutex::new(out)),
            Destination::Background(_) => {
                let queue = Arc::new(Queue::default());
                let theirs = Arc::clone(&queue);
                thread::spawn(move || theirs.drain(out));
                Self::Background(queue)
            }
        }
    }

    pub(super) fn hand_over(&self, lines: &[u8]) {
        match self {
            Self::Direct(out) => lock(out).write_all(lines).expect("a file takes lines"),
            Self::Background(queue) => queue.append(lines),
        }
    }

    pub(super) fn settle(&self) {
        if let Self::Background(queue) = self {
            queue.settle();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[derive(Default)]
pub(super) struct Queue {
    waiting: Mutex<Waiting>,
    has_batch: Condvar,
    is_taken: Condvar,
}

#[derive(Default)]
struct Waiting {
    bytes: Vec<u8>,
    /// Whether the thread is writing what it took.
    is_writing: bool,
    /// Whether somebody waits for all to be written.
    is_asked: bool,
}

impl Queue {
    fn append(&self, lines: &[u8]) {
        let mut waiting = lock(&self.waiting);
        while waiting.bytes.len() + lines.len() > CAPACITY {
            waiting = self.is_taken.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
        let before = waiting.bytes.len();
        waiting.bytes.extend_from_slice(lines);
        if before < BATCH && waiting.bytes.len() >= BATCH {
            self.has_batch.notify_one();
        }
    }

    fn drain(&self, mut out: Tallied) {
        let mut taken = Vec::new();
        loop {
            let waiting = lock(&self.waiting);
            let is_early = |waiting: &mut Waiting| waiting.bytes.len() < BATCH && !waiting.is_asked;
            let (mut waiting, _) = self
                .has_batch
                .wait_timeout_while(waiting, LINGER, is_early)
                .unwrap_or_else(PoisonError::into_inner);
            mem::swap(&mut waiting.bytes, &mut taken);
            waiting.is_writing = true;
            waiting.is_asked = false;
            drop(waiting);
            self.is_taken.notify_all();
            out.write_all(&taken).expect("a file takes lines");
            taken.clear();
            lock(&self.waiting).is_writing = false;
            self.is_taken.notify_all();
        }
    }

    fn settle(&self) {
        let mut waiting = lock(&self.waiting);
        while waiting.is_writing || !waiting.bytes.is_empty() {
            waiting.is_asked = true;
            self.has_batch.notify_one();
            waiting = self.is_taken.wait(waiting).unwrap_or_else(PoisonError::into_inner);
        }
    }
}

/// How lines come to the output.
pub(super) trait HandOver: Sync {
    fn line(output: &Output, line: &[u8]);
    /// A request has ended, with this line.
    fn last(output: &Output, line: &[u8]);
}

/// Each by itself.
pub(super) struct EachLine;

impl HandOver for EachLine {
    fn line(output: &Output, line: &[u8]) {
        output.hand_over(line);
    }

    fn last(output: &Output, line: &[u8]) {
        output.hand_over(line);
    }
}

/// In blocks of a thread: when a request ends, or there are 4 KiB.
pub(super) struct Blocks;

thread_local! {
    static BLOCK: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

impl Blocks {
    const FULL: usize = 4 * 1024;

    fn push(output: &Output, line: &[u8], is_last: bool) {
        BLOCK.with_borrow_mut(|block| {
            block.extend_from_slice(line);
            if is_last || block.len() >= Self::FULL {
                output.hand_over(block);
                block.clear();
            }
        });
    }
}

impl HandOver for Blocks {
    fn line(output: &Output, line: &[u8]) {
        Self::push(output, line, false);
    }

    fn last(output: &Output, line: &[u8]) {
        Self::push(output, line, true);
    }
}
