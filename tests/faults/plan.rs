//! How often and how much: the short form and the full one.

/// What a row is to be tried with.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Runs of each case.
    pub runs: u64,
    /// Lines of each thread, where few and many are tried.
    pub lines: [u64; 2],
    /// Lines of all threads together where there are to be very many.
    pub very_many: u64,
    /// How long a reader that stops does so, in milliseconds.
    pub stop: u64,
}

impl Plan {
    pub const SHORT: Self = Self { runs: 2, lines: [10, 2_000], very_many: 40_000, stop: 700 };
    const FULL: Self = Self { runs: 20, lines: [10, 100_000], very_many: 10_000_000, stop: 10_000 };

    /// The full form; `FAULT_RUNS` says how many runs instead of 20.
    pub fn full() -> Self {
        let runs = std::env::var("FAULT_RUNS").ok().and_then(|runs| runs.parse().ok());
        Self { runs: runs.unwrap_or(Self::FULL.runs), ..Self::FULL }
    }
}
