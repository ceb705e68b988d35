//! All numbers at one moment, for the page and for other exporters.

use std::{borrow::Cow, sync::Arc};

use crate::exemplar::Exemplar;

/// All numbers at one moment.
///
/// # Examples
///
/// ```
/// use trace_metrics::Metrics;
///
/// let metrics = Metrics::new();
/// let (first, second) = (metrics.snapshot(), metrics.snapshot());
/// assert_eq!(first.start_unix_ns, second.start_unix_ns);
/// assert!(first.start_unix_ns <= first.unix_ns && first.unix_ns <= second.unix_ns);
/// assert!(first.families.iter().any(|family| family.name == "trace_lines"));
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct Snapshot {
    /// When counting began, in nanoseconds since 1970-01-01 UTC.
    pub start_unix_ns: u64,
    /// When the snapshot was taken, in nanoseconds since 1970-01-01 UTC.
    pub unix_ns: u64,
    /// The families, each once.
    pub families: Vec<FamilySnapshot>,
}

/// The type of a family.
///
/// # Examples
///
/// ```
/// use trace_metrics::{Metrics, Type};
///
/// let snapshot = Metrics::new().snapshot();
/// let counters = snapshot.families.iter().filter(|family| family.kind == Type::Counter);
/// let names: Vec<_> = counters.map(|family| &*family.name).collect();
/// assert!(names.starts_with(&["trace_lines", "trace_lines_dropped"]));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Type {
    /// It never falls.
    Counter,
    /// It rises and falls.
    Gauge,
    /// Durations, in buckets.
    Histogram,
    /// Labels without a number.
    Info,
}

/// A family: series that differ only in their labels.
///
/// # Examples
///
/// ```
/// use trace_metrics::{Family, FamilySnapshot, Metrics, Type};
///
/// let metrics = Metrics::new();
/// metrics.add(Family::counter("mails_total", "Mails that were sent."), |_| ())?;
/// let family: FamilySnapshot = metrics.snapshot().families.pop().unwrap();
/// assert_eq!((&*family.name, family.kind), ("mails", Type::Counter));
/// assert_eq!(family.help, "Mails that were sent.");
/// assert!(family.series.is_empty());
/// # Ok::<(), trace_metrics::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct FamilySnapshot {
    /// The name, without the `_total` of a counter and the `_info` of an info.
    pub name: Cow<'static, str>,
    /// What it counts.
    pub help: Cow<'static, str>,
    /// Its type.
    pub kind: Type,
    /// Its series, in the order of their labels.
    pub series: Vec<SeriesSnapshot>,
}

/// One series.
///
/// # Examples
///
/// ```
/// use trace_metrics::{Family, Metrics, SeriesSnapshot};
///
/// let metrics = Metrics::new();
/// let pool = Family::gauge("pool_connections", "Connections.").labels(["state"]);
/// metrics.add(pool, |samples| samples.push(&["idle"], 3.0))?;
/// let family = metrics.snapshot().families.pop().unwrap();
/// let idle: &SeriesSnapshot = &family.series[0];
/// assert_eq!(idle.labels, [("state".into(), "idle".to_owned())]);
/// # Ok::<(), trace_metrics::Error>(())
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SeriesSnapshot {
    /// Names and values of its labels.
    pub labels: Vec<(Cow<'static, str>, String)>,
    /// Its number or its buckets.
    pub data: Data,
}

/// The data of a series.
///
/// # Examples
///
/// ```
/// use trace_metrics::{Data, Metrics};
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/observed.rs"));
///
/// /// Returns how many there are, of whatever type.
/// fn count(data: &Data) -> f64 {
///     match data {
///         Data::Number(number) => *number,
///         Data::Histogram(histogram) => histogram.count() as f64,
///         _ => 0.0,
///     }
/// }
///
/// # fn main() {
/// # let metrics: Metrics = observed();
/// // After a job with one step, and no call to another service:
/// let snapshot = metrics.snapshot();
/// let of_family = |name: &str| {
///     let family = snapshot.families.iter().find(|family| family.name == name).unwrap();
///     family.series.iter().map(|series| count(&series.data)).sum::<f64>()
/// };
/// assert_eq!(of_family("trace_step_duration_seconds"), 1.0);
/// assert_eq!(of_family("http_client_request_duration_seconds"), 0.0);
/// # }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Data {
    /// Of a counter, a gauge or an info.
    Number(f64),
    /// Of a histogram.
    Histogram(HistogramSnapshot),
}

/// The buckets of a histogram.
///
/// # Examples
///
/// ```
/// use trace_metrics::{Data, HistogramSnapshot};
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/observed.rs"));
///
/// /// Returns how many took longer than a second.
/// fn slow(histogram: &HistogramSnapshot) -> u64 {
///     // The last bucket has no upper bound.
///     let bounds = histogram.bounds.iter().copied().chain([f64::INFINITY]);
///     let buckets = bounds.zip(&histogram.counts);
///     buckets.filter(|(bound, _)| *bound > 1.0).map(|(_, count)| count).sum()
/// }
///
/// # fn main() {
/// # let metrics = observed();
/// // After one quick step:
/// let families = metrics.snapshot().families;
/// let family = families.iter().find(|it| it.name == "trace_step_duration_seconds").unwrap();
/// let Data::Histogram(steps) = &family.series[0].data else { panic!("not a histogram") };
/// assert_eq!(slow(steps), 0);
/// assert!(steps.sum < 1.0);
/// # }
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HistogramSnapshot {
    /// The upper bounds of all buckets but the last, in seconds.
    pub bounds: Arc<[f64]>,
    /// How many fell into each bucket alone.
    pub counts: Vec<u64>,
    /// The sum of all, in seconds.
    pub sum: f64,
    /// An exemplar for each bucket, if there is one.
    pub exemplars: Vec<Option<Exemplar>>,
}

impl FamilySnapshot {
    pub(crate) fn new(
        name: impl Into<Cow<'static, str>>,
        help: impl Into<Cow<'static, str>>,
        kind: Type,
        series: Vec<SeriesSnapshot>,
    ) -> Self {
        Self { name: name.into(), help: help.into(), kind, series }
    }
}

impl SeriesSnapshot {
    pub(crate) fn number<const N: usize>(labels: [(&'static str, &str); N], number: f64) -> Self {
        let labels = labels.map(|(name, value)| (Cow::Borrowed(name), value.to_owned()));
        Self { labels: labels.into(), data: Data::Number(number) }
    }

    pub(crate) fn histogram<const N: usize>(
        labels: [(&'static str, &str); N],
        histogram: HistogramSnapshot,
    ) -> Self {
        Self { data: Data::Histogram(histogram), ..Self::number(labels, 0.0) }
    }
}

impl HistogramSnapshot {
    /// Returns how many there are in all.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_metrics::{Data, Metrics};
    /// use trace_runtime::{testing::Capture, timed};
    ///
    /// #[timed]
    /// fn load() {}
    ///
    /// let metrics = Metrics::new();
    /// let capture = Capture::new().observed_by(metrics.clone());
    /// (0..3).for_each(|_| capture.run(load));
    /// let families = metrics.snapshot().families;
    /// let steps = families.iter().find(|it| it.name == "trace_step_duration_seconds").unwrap();
    /// let Data::Histogram(loads) = &steps.series[0].data else { panic!("not a histogram") };
    /// assert_eq!(loads.count(), 3);
    /// ```
    pub fn count(&self) -> u64 {
        self.counts.iter().sum()
    }

    /// Adds another histogram with the same bounds.
    pub(crate) fn add(&mut self, other: Self) {
        self.counts.iter_mut().zip(other.counts).for_each(|(ours, theirs)| *ours += theirs);
        self.sum += other.sum;
        let places = self.exemplars.iter_mut().zip(other.exemplars);
        places.for_each(|(ours, theirs)| *ours = ours.or(theirs));
    }
}
