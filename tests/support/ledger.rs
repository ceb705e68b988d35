//! Counts that outlive the process that keeps them, however it ends.

use std::{fs::File, os::unix::fs::FileExt as _, path::Path};

/// How many threads a ledger has room for.
const THREADS: usize = 16;

/// A file of numbers, each in its place. What was written to it is with the
/// operating system, and stays when the process is killed.
#[derive(Debug)]
pub struct Ledger(File);

impl Ledger {
    /// Opens a ledger, or begins one.
    #[track_caller]
    pub fn open(path: &Path) -> Self {
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(false);
        Self(options.open(path).expect("a ledger can be opened"))
    }

    /// Notes how many lines of a thread were acknowledged.
    pub fn acknowledge(&self, thread: usize, lines: u64) {
        self.set(thread, lines);
    }

    /// Notes what has become of all lines.
    pub fn close(&self, written: u64, waiting: u64, dropped: &[u64]) {
        for (at, number) in [written, waiting].iter().chain(dropped).enumerate() {
            self.set(THREADS + 1 + at, *number);
        }
        self.set(THREADS, 1);
    }

    /// Returns how many lines of a thread were acknowledged.
    pub fn acknowledged(&self, thread: usize) -> u64 {
        self.get(thread)
    }

    /// Returns how many lines were acknowledged.
    pub fn total(&self) -> u64 {
        (0..THREADS).map(|thread| self.get(thread)).sum()
    }

    /// Returns how many lines were written, how many wait, and how many were
    /// dropped for each cause; nothing if the process did not get that far.
    pub fn closed(&self) -> Option<(u64, u64, Vec<u64>)> {
        let at = |at| self.get(THREADS + 1 + at);
        (self.get(THREADS) == 1).then(|| (at(0), at(1), (2..7).map(at).collect()))
    }

    fn set(&self, place: usize, number: u64) {
        self.0.write_all_at(&number.to_le_bytes(), 8 * place as u64).expect("can be noted");
    }

    fn get(&self, place: usize) -> u64 {
        let mut bytes = [0; 8];
        // What was never noted is nought.
        let _ = self.0.read_exact_at(&mut bytes, 8 * place as u64);
        u64::from_le_bytes(bytes)
    }
}
