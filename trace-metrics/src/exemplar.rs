//! Exemplars: for a bucket, one trace that fell into it.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use trace_runtime::SpanId;

/// A sampled trace as an example of a bucket.
///
/// # Examples
///
/// ```
/// use trace_metrics::{Data, Exemplar};
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/observed.rs"));
///
/// # fn main() {
/// # let metrics = observed();
/// // One job has run, in the trace 4bf92f3577b34da6a3ce929d0e0e4736:
/// let families = metrics.snapshot().families;
/// let jobs = families.iter().find(|it| it.name == "trace_request_duration_seconds").unwrap();
/// let Data::Histogram(durations) = &jobs.series[0].data else { panic!("not a histogram") };
/// let exemplar: Exemplar = durations.exemplars.iter().flatten().next().copied().unwrap();
/// assert_eq!(exemplar.trace_id[..4], [0x4b, 0xf9, 0x2f, 0x35]);
/// assert_eq!(exemplar.value, durations.sum); // there was no other
/// # }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exemplar {
    /// The id of the trace, as in `traceparent`.
    pub trace_id: [u8; 16],
    /// The span that was measured.
    pub span_id: Option<SpanId>,
    /// How long it took, in seconds.
    pub value: f64,
    /// When it ended, in nanoseconds since 1970-01-01 UTC.
    pub unix_ns: u64,
}

/// The exemplars of one series: one a bucket and scrape.
#[derive(Debug)]
pub(crate) struct Exemplars {
    /// A bit for each bucket that needs one. Most requests read only this.
    wanted: AtomicU64,
    all: Mutex<Vec<Option<Exemplar>>>,
}

impl Exemplars {
    pub(crate) fn new(buckets: usize) -> Self {
        Self { wanted: AtomicU64::new(u64::MAX), all: Mutex::new(vec![None; buckets]) }
    }

    #[inline]
    pub(crate) fn offer(&self, bucket: usize, make: impl FnOnce() -> Exemplar) {
        let bit = 1 << bucket;
        if self.wanted.load(Ordering::Relaxed) & bit != 0 {
            self.keep(bucket, bit, make());
        }
    }

    #[cold]
    fn keep(&self, bucket: usize, bit: u64, exemplar: Exemplar) {
        self.wanted.fetch_and(!bit, Ordering::Relaxed);
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(place) = all.get_mut(bucket) {
            *place = Some(exemplar);
        }
    }

    /// Returns the exemplars. New ones are wanted from now on.
    pub(crate) fn read(&self) -> Vec<Option<Exemplar>> {
        let all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        self.wanted.store(u64::MAX, Ordering::Relaxed);
        all.clone()
    }
}
