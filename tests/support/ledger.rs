//! Counts that outlive the process that keeps them, however it ends.

use std::{
    fs::File,
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
};

use memmap2::MmapRaw;

/// How many threads a ledger has room for.
const THREADS: usize = 16;

/// What stands behind the threads: whether it is closed, lines written, lines
/// waiting, and lines dropped for each cause.
const PLACES: usize = THREADS + 3 + CAUSES;
const CAUSES: usize = 5;

/// A file of numbers, in memory that its processes share: noting one costs no
/// system call, and is not undone when the process is killed.
#[derive(Debug)]
pub struct Ledger(MmapRaw);

impl Ledger {
    /// Opens a ledger, or begins one.
    #[track_caller]
    pub fn open(path: &Path) -> Self {
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(false);
        let file = options.open(path).expect("a ledger can be opened");
        file.set_len(8 * PLACES as u64).expect("a ledger can be made");
        Self(MmapRaw::map_raw(&file).expect("a ledger can be shared"))
    }

    /// Notes how many lines of a thread were acknowledged.
    pub fn acknowledge(&self, thread: usize, lines: u64) {
        self.set(thread, lines);
    }

    /// Notes what has become of all lines.
    pub fn close(&self, written: u64, waiting: u64, dropped: &[u64; CAUSES]) {
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
    pub fn closed(&self) -> Option<(u64, u64, [u64; CAUSES])> {
        let at = |at| self.get(THREADS + 1 + at);
        let dropped = || std::array::from_fn(|cause| at(2 + cause));
        (self.get(THREADS) == 1).then(|| (at(0), at(1), dropped()))
    }

    fn set(&self, place: usize, number: u64) {
        self.place(place).store(number, Ordering::Release);
    }

    fn get(&self, place: usize) -> u64 {
        self.place(place).load(Ordering::Acquire)
    }

    #[expect(unsafe_code, reason = "std has no memory that processes share")]
    #[expect(clippy::cast_ptr_alignment, reason = "a mapping begins at a page")]
    fn place(&self, place: usize) -> &AtomicU64 {
        assert!(place < PLACES, "a ledger has no place {place}");
        let numbers = self.0.as_mut_ptr().cast::<u64>();
        // SAFETY: the mapping is aligned, has room for `PLACES` numbers, lives
        // as long as `self`, and is used by no other means than this.
        unsafe { AtomicU64::from_ptr(numbers.add(place)) }
    }
}
