//! The destination of every contestant's lines: nowhere, or a file.

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

/// The destination that a contestant is set up for.
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
    /// Opens the sink for this destination.
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

/// A sink that writes to a file or to nothing, and counts what it receives.
#[derive(Debug)]
pub(crate) struct Tallied(Option<File>);

static WRITES: AtomicU64 = AtomicU64::new(0);
static MORE: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicU64 = AtomicU64::new(0);
static IS_KEPT: AtomicBool = AtomicBool::new(false);
static KEPT: Mutex<Vec<u8>> = Mutex::new(Vec::new());

/// Returns how many writes have ended with a newline so far. If each line is
/// written separately, this is the number of lines.
pub(crate) fn writes() -> u64 {
    WRITES.load(Relaxed) + MORE.load(Relaxed)
}

/// Counts lines that were written together with another line.
pub(crate) fn more_lines(count: u64) {
    // In a count of its own, because this runs outside the sink's lock.
    MORE.fetch_add(count, Relaxed);
}

/// Waits for this number of writes. For contestants that write line by line on
/// another thread and cannot be flushed.
pub(crate) fn wait_for(count: u64) {
    while writes() < count {
        thread::sleep(Duration::from_micros(100));
    }
}

/// Returns how many bytes have been written so far.
pub(crate) fn bytes() -> u64 {
    BYTES.load(Relaxed)
}

/// Returns the bytes that are written to nowhere while `run` runs.
pub(crate) fn kept(run: impl FnOnce()) -> Vec<u8> {
    IS_KEPT.store(true, Relaxed);
    run();
    IS_KEPT.store(false, Relaxed);
    mem::take(&mut *KEPT.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Counts a write. The sink is always locked here, so a load and a store are
/// enough, and they cost less than an atomic addition.
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
