//! Where the lines of every contestant end: nowhere, or in a file.

use std::{
    fs::File,
    io::{self, Write},
    mem,
    path::PathBuf,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

use trace_runtime::sink::Sink;

/// What a contestant is set up to write to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Destination {
    /// Nowhere, on the thread that logs.
    Null,
    /// A file, on the thread that logs, line by line.
    Direct(PathBuf),
    /// A file, on another thread.
    Background(PathBuf),
}

impl Destination {
    /// Returns what is at the end of it.
    pub(crate) fn open(&self) -> Tallied {
        match self {
            Self::Null => Tallied(None),
            Self::Direct(path) | Self::Background(path) => Tallied(Some(append(path))),
        }
    }
}

fn append(path: &PathBuf) -> File {
    File::options().append(true).create(true).open(path).expect("a file can be made")
}

/// The end of the way: a file or nothing, with a count of what came.
#[derive(Debug)]
pub(crate) struct Tallied(Option<File>);

static WRITES: AtomicU64 = AtomicU64::new(0);
static MORE: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicU64 = AtomicU64::new(0);
static IS_KEPT: AtomicBool = AtomicBool::new(false);
static KEPT: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Returns how many writes ended with a newline so far: where each line is
/// written by itself, the number of lines.
pub(crate) fn writes() -> u64 {
    WRITES.load(Relaxed) + MORE.load(Relaxed)
}

/// Counts lines that were written together with another.
pub(crate) fn more_lines(count: u64) {
    // Not under the sink's lock, so not into the same count.
    MORE.fetch_add(count, Relaxed);
}

/// Waits until there were so many of these writes: for those who write on
/// another thread, line by line, and cannot be asked to be done.
pub(crate) fn wait_for(count: u64) {
    while writes() < count {
        thread::sleep(Duration::from_micros(100));
    }
}

/// Returns how many bytes were written so far.
pub(crate) fn bytes() -> u64 {
    BYTES.load(Relaxed)
}

/// Returns what is written to nowhere while `run` runs.
pub(crate) fn kept(run: impl FnOnce()) -> Vec<u8> {
    IS_KEPT.store(true, Relaxed);
    run();
    IS_KEPT.store(false, Relaxed);
    mem::take(&mut *KEPT.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Counts what was written, always under the lock of whoever holds the sink:
/// so a load and a store will do, which cost less than an addition.
fn tally(bytes: &[u8]) {
    WRITES.store(WRITES.load(Relaxed) + u64::from(bytes.ends_with(b"\n")), Relaxed);
    BYTES.store(BYTES.load(Relaxed) + bytes.len() as u64, Relaxed);
    if IS_KEPT.load(Relaxed) {
        KEPT.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
    }
}

impl Write for Tallied {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = match &mut self.0 {
            Some(file) => file.write(bytes)?,
            None => bytes.len(),
        };
        tally(&bytes[..taken]);
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Sink for Tallied {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Write::write(self, bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
