//! The destination of finished lines: the sink directly, or a thread that
//! writes 64 KiB at a time, or what is there every 5 ms.

use std::{
    io::Write,
    mem,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::Duration,
};

const BATCH: usize = 64 * 1024;
const LINGER: Duration = Duration::from_millis(5);
/// The most bytes that may wait for the thread.
const CAPACITY: usize = 4 << 20;

/// The destination that lines are handed over to.
pub enum Output<W> {
    Direct(Mutex<W>),
    Background(Arc<Queue>),
}

impl<W: Write + Send + 'static> Output<W> {
    /// Writes on the thread that hands lines over.
    pub fn direct(out: W) -> Self {
        Self::Direct(Mutex::new(out))
    }

    /// Writes on a thread of its own.
    pub fn background(out: W) -> Self {
        let queue = Arc::new(Queue::default());
        let theirs = Arc::clone(&queue);
        thread::spawn(move || theirs.drain(out));
        Self::Background(queue)
    }

    /// Hands over whole lines.
    #[inline]
    pub fn hand_over(&self, lines: &[u8]) {
        match self {
            Self::Direct(out) => lock(out).write_all(lines).expect("a file takes lines"),
            Self::Background(queue) => queue.append(lines),
        }
    }

    /// Waits until everything is written.
    pub fn settle(&self) {
        if let Self::Background(queue) = self {
            queue.settle();
        }
    }
}

#[inline]
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The bytes that wait for the thread.
#[derive(Default)]
pub struct Queue {
    waiting: Mutex<Waiting>,
    has_batch: Condvar,
    is_taken: Condvar,
}

#[derive(Default)]
struct Waiting {
    bytes: Vec<u8>,
    /// Whether the thread is writing the bytes that it took.
    is_writing: bool,
    /// Whether a thread waits for everything to be written.
    is_asked: bool,
}

impl Queue {
    #[inline]
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

    fn drain(&self, mut out: impl Write) {
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
