//! The account of an exporter.

/// What became of what was offered, by signal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stats {
    /// Spans.
    pub traces: SignalStats,
    /// Log records.
    pub logs: SignalStats,
    /// Numbers and histograms of metrics: each series of a snapshot is one.
    pub metrics: SignalStats,
}

/// What became of the items of one signal.
///
/// The account is exact at any time: what was offered was exported, or waits, or
/// was dropped for one of five reasons.
///
/// # Examples
///
/// ```
/// let stats = trace_otel::SignalStats::default();
/// assert_eq!(stats.offered, stats.exported + stats.waiting + stats.dropped());
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignalStats {
    /// Items that were encoded.
    pub offered: u64,
    /// Items that the receiver has accepted.
    pub exported: u64,
    /// Items that are still in memory.
    pub waiting: u64,
    /// Dropped because the buffer was full.
    pub overflow: u64,
    /// Dropped because the receiver refused the batch.
    pub refused: u64,
    /// Dropped by the receiver, out of a batch that it has accepted.
    pub rejected: u64,
    /// Dropped because the receiver could not be reached for too long, or asked
    /// for a longer wait.
    pub expired: u64,
    /// Dropped because the process ended.
    pub ended: u64,
}

impl SignalStats {
    /// Returns how many items were dropped.
    pub fn dropped(&self) -> u64 {
        self.overflow + self.dropped_late()
    }

    /// Returns how many items were dropped after they had waited.
    pub(crate) fn dropped_late(&self) -> u64 {
        self.refused + self.rejected + self.expired + self.ended
    }
}
