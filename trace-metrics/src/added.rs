//! Numbers of others on the same page: the size of a pool, the account of an
//! exporter.

use std::{
    borrow::Cow,
    cell::Cell,
    fmt,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
};

use crate::{
    error::Error,
    names,
    snapshot::{Data, FamilySnapshot, SeriesSnapshot, Type},
};

/// A family that is added to the page: its name, its help and its labels.
///
/// # Examples
///
/// ```
/// use trace_metrics::{Family, Metrics};
///
/// let metrics = Metrics::new();
/// metrics.add(Family::gauge("pool_connections", "Connections.").labels(["state"]), |samples| {
///     samples.push(&["idle"], 3.0);
///     samples.push(&["busy"], 5.0);
/// })?;
/// assert!(metrics.render().contains("pool_connections{state=\"busy\"} 5\n"));
/// # Ok::<(), trace_metrics::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Family {
    name: String,
    help: String,
    kind: Type,
    labels: Vec<String>,
}

impl Family {
    /// Makes a counter, which never falls. Its samples end in `_total`, whether
    /// or not the name does.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_metrics::{Family, Metrics};
    ///
    /// let metrics = Metrics::new();
    /// metrics.add(Family::counter("cache_hits", "Hits."), |samples| samples.push(&[], 7.0))?;
    /// metrics.add(Family::counter("cache_misses_total", "Misses."), |samples| samples.push(&[], 2.0))?;
    /// let page = metrics.render();
    /// assert!(page.contains("cache_hits_total 7\n") && page.contains("cache_misses_total 2\n"));
    /// # Ok::<(), trace_metrics::Error>(())
    /// ```
    pub fn counter(name: impl Into<String>, help: impl Into<String>) -> Self {
        let name = name.into();
        let name = name.strip_suffix("_total").map_or(name.clone(), str::to_owned);
        Self { name, help: help.into(), kind: Type::Counter, labels: Vec::new() }
    }

    /// Makes a gauge, which rises and falls.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::sync::atomic::{AtomicU32, Ordering};
    /// use trace_metrics::{Family, Metrics};
    ///
    /// static WAITING: AtomicU32 = AtomicU32::new(3);
    ///
    /// let metrics = Metrics::new();
    /// metrics.add(Family::gauge("jobs_waiting", "Jobs in the queue."), |samples| {
    ///     samples.push(&[], WAITING.load(Ordering::Relaxed).into());
    /// })?;
    /// assert!(metrics.render().contains("jobs_waiting 3\n"));
    ///
    /// WAITING.store(1, Ordering::Relaxed);
    /// assert!(metrics.render().contains("jobs_waiting 1\n"));
    /// # Ok::<(), trace_metrics::Error>(())
    /// ```
    pub fn gauge(name: impl Into<String>, help: impl Into<String>) -> Self {
        Self { name: name.into(), help: help.into(), kind: Type::Gauge, labels: Vec::new() }
    }

    /// Sets the names of the labels.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_metrics::{Family, Metrics};
    ///
    /// let pool = Family::gauge("pool_connections", "Connections.").labels(["database", "state"]);
    /// let metrics = Metrics::new();
    /// metrics.add(pool, |samples| samples.push(&["orders", "idle"], 3.0))?;
    /// let sample = r#"pool_connections{database="orders",state="idle"} 3"#;
    /// assert!(metrics.render().contains(sample));
    /// # Ok::<(), trace_metrics::Error>(())
    /// ```
    #[must_use]
    pub fn labels<N: Into<String>>(self, names: impl IntoIterator<Item = N>) -> Self {
        Self { labels: names.into_iter().map(Into::into).collect(), ..self }
    }

    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    pub(crate) fn check(&self) -> Result<(), Error> {
        names::check(&self.name)?;
        names::check_labels(&self.labels)
    }
}

/// Receives the numbers of a family.
///
/// # Examples
///
/// ```
/// use trace_metrics::{Family, Metrics, Samples};
///
/// /// For each disk, how full it is.
/// fn read_disks(samples: &mut Samples<'_>) {
///     for (disk, used) in [("sda", 0.25), ("sdb", 0.5)] {
///         samples.push(&[disk], used);
///     }
/// }
///
/// let metrics = Metrics::new();
/// metrics.add(Family::gauge("disk_used_ratio", "How full.").labels(["disk"]), read_disks)?;
/// assert!(metrics.render().contains("disk_used_ratio{disk=\"sdb\"} 0.5\n"));
/// # Ok::<(), trace_metrics::Error>(())
/// ```
#[derive(Debug)]
pub struct Samples<'a> {
    labels: &'a [String],
    kind: Type,
    series: Vec<SeriesSnapshot>,
}

impl Samples<'_> {
    /// Adds a number, with the value of each label in the order of their names.
    /// It is left out if there are more or fewer values than names, if these
    /// values have a number already, or if it is below zero or NaN in a counter
    /// ([OpenMetrics 1.0], for which a parser refuses the page).
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_metrics::{Family, Metrics};
    ///
    /// let metrics = Metrics::new();
    /// metrics.add(Family::counter("mails", "Mails that were sent.").labels(["to"]), |samples| {
    ///     samples.push(&["customers"], 12.0);
    ///     samples.push(&["customers"], 13.0); // has a number already
    ///     samples.push(&["staff", "eu"], 4.0); // more values than labels
    ///     samples.push(&["staff"], -1.0); // a counter below zero
    /// })?;
    /// let page = metrics.render();
    /// let samples: Vec<_> = page.lines().filter(|line| line.starts_with("mails_total{")).collect();
    /// assert_eq!(samples, [r#"mails_total{to="customers"} 12"#]);
    /// # Ok::<(), trace_metrics::Error>(())
    /// ```
    ///
    /// [OpenMetrics 1.0]: https://prometheus.io/docs/specs/om/open_metrics_spec/#counter
    pub fn push(&mut self, values: &[&str], number: f64) {
        let is_there = |series: &SeriesSnapshot| {
            series.labels.iter().map(|(_, value)| value.as_str()).eq(values.iter().copied())
        };
        let is_allowed = self.kind != Type::Counter || number >= 0.0;
        let is_complete = values.len() == self.labels.len();
        if is_allowed && is_complete && !self.series.iter().any(is_there) {
            let labels = self.labels.iter().zip(values);
            let labels =
                labels.map(|(name, value)| (Cow::Owned(name.clone()), (*value).to_owned()));
            self.series
                .push(SeriesSnapshot { labels: labels.collect(), data: Data::Number(number) });
        }
    }
}

/// Reads the numbers of a family.
type Read = dyn Fn(&mut Samples<'_>) + Send + Sync;

thread_local! {
    /// Whether this thread reads numbers for a page.
    static IS_READING: Cell<bool> = const { Cell::new(false) };
}

/// Reads the numbers of all families. A page that is made meanwhile, by what
/// reads them, has none of these families, or it would never end.
pub(crate) fn snapshots(all: &[Arc<Added>]) -> Vec<FamilySnapshot> {
    if IS_READING.replace(true) {
        return Vec::new();
    }
    let read = all.iter().map(|added| added.snapshot()).collect();
    IS_READING.set(false);
    read
}

/// A family that was added, and how its numbers are read.
pub(crate) struct Added {
    family: Family,
    read: Box<Read>,
}

impl Added {
    pub(crate) fn new(family: Family, read: Box<Read>) -> Self {
        Self { family, read }
    }

    pub(crate) fn name(&self) -> &str {
        &self.family.name
    }

    /// Reads the numbers. If that panics, there are none.
    fn snapshot(&self) -> FamilySnapshot {
        let Family { labels, kind, .. } = &self.family;
        let mut samples = Samples { labels, kind: *kind, series: Vec::new() };
        let is_read = catch_unwind(AssertUnwindSafe(|| (self.read)(&mut samples))).is_ok();
        let series = if is_read { samples.series } else { Vec::new() };
        let Family { name, help, kind, .. } = self.family.clone();
        FamilySnapshot::new(name, help, kind, series)
    }
}

impl fmt::Debug for Added {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.family.fmt(f)
    }
}
