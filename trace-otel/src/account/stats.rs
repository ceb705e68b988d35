//! The account of an exporter.

/// What became of what was offered, by signal.
///
/// # Examples
///
/// `collector` gets two spans and one log record of a request, as in the examples
/// of [`Builder`](crate::Builder).
///
/// ```
/// use trace_otel::{Otel, Stats};
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
///
/// # fn main() -> Result<(), trace_otel::Error> {
/// # let collector = Collector::start();
/// let otel = Otel::builder().endpoint(collector.url()).build()?;
/// # export_request(&otel);
/// let Stats { traces, logs, .. } = otel.stats();
/// let lost = traces.dropped() + logs.dropped();
/// assert_eq!((lost, traces.waiting + logs.waiting), (0, 0));
/// # Ok(())
/// # }
/// ```
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
/// `collector` gets two spans and one log record of a request, as in the examples
/// of [`Builder`](crate::Builder).
///
/// ```
/// use trace_otel::Otel;
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
///
/// # fn main() -> Result<(), trace_otel::Error> {
/// # let collector = Collector::start();
/// let otel = Otel::builder().endpoint(collector.url()).build()?;
/// # run_request(&otel, "info", "");
/// // While it is delivered:
/// let traces = otel.stats().traces;
/// assert_eq!(traces.offered, 2);
/// assert_eq!(traces.offered, traces.exported + traces.waiting + traces.dropped());
/// # Ok(())
/// # }
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
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::Otel;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # use test_support::otlp::Reaction;
    /// # let collector = Collector::with(|_| Reaction::status(401));
    /// // The collector answers 401 Unauthorized:
    /// let otel = Otel::builder().endpoint(collector.url()).build()?;
    /// # export_request(&otel);
    /// let traces = otel.stats().traces;
    /// assert_eq!((traces.dropped(), traces.refused), (2, 2));
    /// # Ok(())
    /// # }
    /// ```
    pub fn dropped(&self) -> u64 {
        self.overflow + self.dropped_late()
    }

    /// Returns how many items were dropped after they had waited.
    pub(crate) fn dropped_late(&self) -> u64 {
        self.refused + self.rejected + self.expired + self.ended
    }
}
