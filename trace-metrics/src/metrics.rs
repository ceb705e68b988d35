//! The metrics of a service: what is counted, and how it is read.

use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use trace_runtime::{Level, stats, writer::Cause};

use crate::{
    added::{self, Added, Family, Samples},
    bounds::Bounds,
    error::Error,
    labels::{Key, METHODS, OVERFLOW},
    names::{self, Named},
    process,
    series::Series,
    snapshot::{FamilySnapshot, HistogramSnapshot, SeriesSnapshot, Snapshot},
    store::{ByCallsite, ByHttp, Callsite},
    text::{self, Format},
};

/// The most label sets of requests and of streams.
const MOST_REQUESTS: usize = 2_000;

/// The most label sets of calls.
const MOST_CALLS: usize = 500;

/// The metrics of a service. Clones share their numbers: one is installed as an
/// observer, another renders the page.
///
/// # Examples
///
/// In a test, a capture is observed; in a service, the
/// [builder](trace_runtime::Builder::observe) takes the observer.
///
/// ```
/// use trace_metrics::Metrics;
/// use trace_runtime::{testing::Capture, timed};
///
/// #[timed]
/// fn load() {}
///
/// let metrics = Metrics::new();
/// let capture = Capture::new().observed_by(metrics.clone());
/// capture.run(load);
/// capture.run(load);
/// assert!(metrics.render().contains(r#"name="load",outcome="ok"} 2"#));
/// ```
#[derive(Clone)]
pub struct Metrics(pub(crate) Arc<Inner>);

pub(crate) struct Inner {
    /// Distinguishes these metrics from others of the process.
    pub(crate) id: u64,
    start_unix_ns: u64,
    pub(crate) requests: ByHttp,
    pub(crate) streams: ByHttp,
    pub(crate) calls: ByHttp,
    pub(crate) handlers: ByCallsite,
    pub(crate) steps: ByCallsite,
    /// For each method, how many requests have opened, then how many have ended.
    pub(crate) active: Arc<Series>,
    /// Lines of each level.
    pub(crate) lines: Arc<Series>,
    /// The static fields of the output.
    pub(crate) target: OnceLock<Vec<(String, String)>>,
    added: Mutex<Vec<Arc<Added>>>,
}

/// All levels, in the order of their numbers in `lines`.
pub(crate) const LEVELS: [Level; 5] =
    [Level::Trace, Level::Debug, Level::Info, Level::Warn, Level::Error];

impl Default for Metrics {
    fn default() -> Self {
        Self::with(Bounds::of_requests(), Bounds::of_steps())
    }
}

impl Metrics {
    /// Makes metrics with the default bounds.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_metrics::Metrics;
    ///
    /// // The families are there before anything is counted.
    /// let page = Metrics::new().render();
    /// assert!(page.contains("# TYPE trace_step_duration_seconds histogram\n"));
    /// assert!(!page.contains("trace_step_duration_seconds_count"));
    /// ```
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub(crate) fn with(requests: Bounds, steps: Bounds) -> Self {
        static MADE: AtomicU64 = AtomicU64::new(0);
        Self(Arc::new(Inner {
            id: MADE.fetch_add(1, Ordering::Relaxed),
            start_unix_ns: unix_ns(),
            streams: ByHttp::new(requests.clone(), MOST_REQUESTS),
            calls: ByHttp::new(requests.clone(), MOST_CALLS),
            handlers: ByCallsite::new(requests.clone()),
            requests: ByHttp::new(requests, MOST_REQUESTS),
            steps: ByCallsite::new(steps),
            active: Series::new(2 * METHODS.len()).into(),
            lines: Series::new(LEVELS.len()).into(),
            target: OnceLock::new(),
            added: Mutex::default(),
        }))
    }

    /// Adds a family to the page. `read` is called each time that the page is
    /// made; if it panics, the family is empty. It may itself add families and
    /// make a page, which then has only the families that are always there.
    ///
    /// # Errors
    ///
    /// Fails if the name or a label is not allowed, or if there is a family of
    /// this name already.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_metrics::{Family, Metrics};
    ///
    /// let metrics = Metrics::new();
    /// metrics.add(Family::gauge("workers", "Workers."), |samples| samples.push(&[], 4.0))?;
    /// assert!(metrics.render().contains("workers 4\n"));
    ///
    /// let error = metrics.add(Family::gauge("workers", "More."), |_| ()).unwrap_err();
    /// assert_eq!(error.to_string(), "metric name `workers`: there is one already");
    /// # Ok::<(), trace_metrics::Error>(())
    /// ```
    pub fn add(
        &self,
        family: Family,
        read: impl Fn(&mut Samples<'_>) + Send + Sync + 'static,
    ) -> Result<(), Error> {
        family.check()?;
        let name = family.name();
        let mut added = self.added();
        let is_added = added.iter().any(|it| names::base(it.name()) == names::base(name));
        if is_added || names::is_ours(name) {
            return Err(Error::taken(name));
        }
        added.push(Arc::new(Added::new(family, Box::new(read))));
        Ok(())
    }

    /// Returns the page in the text format of Prometheus, version 0.0.4, which
    /// has no exemplars.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_metrics::Metrics;
    /// use trace_runtime::{info, testing::Capture, warn};
    ///
    /// let metrics = Metrics::new();
    /// let capture = Capture::with_filter("info").observed_by(metrics.clone());
    /// capture.run(|| {
    ///     info!("one");
    ///     warn!("two");
    ///     warn!("three");
    /// });
    /// let page = metrics.render();
    /// assert!(page.contains("trace_lines_total{level=\"INFO\"} 1\n"));
    /// assert!(page.contains("trace_lines_total{level=\"WARN\"} 2\n"));
    /// ```
    pub fn render(&self) -> String {
        text::render(&self.snapshot(), Format::Prometheus)
    }

    /// Returns the page in the format of [OpenMetrics 1.0], with exemplars.
    ///
    /// # Examples
    ///
    /// ```
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/observed.rs"));
    /// # fn main() {
    /// # let metrics = observed();
    /// // A job ran in the trace 4bf92f3577b34da6a3ce929d0e0e4736:
    /// let page = metrics.render_openmetrics();
    /// assert!(page.contains(r#" # {trace_id="4bf92f3577b34da6a3ce929d0e0e4736",span_id=""#));
    /// assert!(page.ends_with("# EOF\n"));
    /// # }
    /// ```
    ///
    /// [OpenMetrics 1.0]: https://prometheus.io/docs/specs/om/open_metrics_spec/
    pub fn render_openmetrics(&self) -> String {
        text::render(&self.snapshot(), Format::OpenMetrics)
    }

    /// Returns all numbers, for an exporter of another format. Exemplars are
    /// replaced by new ones from then on.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_metrics::{Data, Metrics};
    /// use trace_runtime::{error, testing::Capture};
    ///
    /// let metrics = Metrics::new();
    /// let capture = Capture::new().observed_by(metrics.clone());
    /// capture.run(|| error!("disk full"));
    ///
    /// let snapshot = metrics.snapshot();
    /// let lines = snapshot.families.iter().find(|family| family.name == "trace_lines").unwrap();
    /// let errors = lines.series.iter().find(|series| series.labels[0].1 == "ERROR").unwrap();
    /// assert!(matches!(errors.data, Data::Number(1.0)));
    /// ```
    pub fn snapshot(&self) -> Snapshot {
        let inner = &*self.0;
        let mut families = vec![
            inner.target(),
            of_http(names::REQUESTS, &inner.requests, "http_route"),
            of_http(names::STREAMS, &inner.streams, "http_route"),
            inner.active(),
            of_http(names::CALLS, &inner.calls, "server_address"),
            of_callsites(names::HANDLERS, &inner.handlers),
            of_callsites(names::STEPS, &inner.steps),
            inner.lines(),
            dropped(),
        ];
        families.extend(process::families());
        // Not read under the lock: what reads them may add others.
        let added = self.added().clone();
        families.extend(added::snapshots(&added));
        Snapshot { start_unix_ns: inner.start_unix_ns, unix_ns: unix_ns(), families }
    }

    fn added(&self) -> MutexGuard<'_, Vec<Arc<Added>>> {
        self.0.added.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn target(&self) -> FamilySnapshot {
        let labels = self.target.get().cloned().unwrap_or_default();
        let labels = labels.into_iter().map(|(name, value)| (name.into(), value));
        let mut series = SeriesSnapshot::number([], 1.0);
        series.labels = labels.collect();
        family(names::TARGET, vec![series])
    }

    fn active(&self) -> FamilySnapshot {
        let of_method = |(place, method): (usize, &&'static str)| {
            // Ends are read first, so there are never more of them.
            let ended = self.active.get(METHODS.len() + place);
            let opened = self.active.get(place);
            let is_seen = opened > 0;
            let active = number(opened.saturating_sub(ended));
            is_seen.then(|| SeriesSnapshot::number([("http_request_method", *method)], active))
        };
        family(names::ACTIVE, METHODS.iter().enumerate().filter_map(of_method).collect())
    }

    fn lines(&self) -> FamilySnapshot {
        let of_level = |(place, level): (usize, &Level)| {
            SeriesSnapshot::number([("level", level.as_str())], number(self.lines.get(place)))
        };
        family(names::LINES, LEVELS.iter().enumerate().map(of_level).collect())
    }
}

fn dropped() -> FamilySnapshot {
    let (stats, causes) =
        (stats(), [Cause::Overflow, Cause::Sink, Cause::Closed, Cause::Nested, Cause::Ended]);
    let of_cause = |cause: &Cause| {
        SeriesSnapshot::number([("cause", cause.as_str())], number(stats.dropped_by(*cause)))
    };
    family(names::DROPPED, causes.iter().map(of_cause).collect())
}

fn of_http(named: Named, all: &ByHttp, place: &'static str) -> FamilySnapshot {
    let mut series: Vec<_> = all
        .all()
        .into_iter()
        .map(|(key, series)| {
            SeriesSnapshot::histogram(
                http_labels(&key, place, &status(&key)),
                series.read(&all.bounds),
            )
        })
        .collect();
    let rest = all.overflow().read(&all.bounds);
    if rest.count() > 0 {
        series.push(SeriesSnapshot::histogram([(OVERFLOW, "true")], rest));
    }
    family(named, series)
}

fn http_labels<'a>(
    key: &'a Key<Box<str>>,
    place: &'static str,
    status: &'a str,
) -> [(&'static str, &'a str); 4] {
    [
        ("http_request_method", METHODS.get(key.method).copied().unwrap_or_default()),
        (place, &key.place),
        ("http_response_status_code", status),
        ("outcome", key.outcome.as_str()),
    ]
}

fn status(key: &Key<Box<str>>) -> String {
    key.status.map(|status| status.to_string()).unwrap_or_default()
}

/// Callsites with the same labels are one series.
fn of_callsites(named: Named, all: &ByCallsite) -> FamilySnapshot {
    let mut merged: Vec<(Callsite, HistogramSnapshot)> = Vec::new();
    for (callsite, series) in all.all() {
        let histogram = series.read(&all.bounds);
        match merged.last_mut() {
            Some((last, sum)) if *last == callsite => sum.add(histogram),
            _ => merged.push((callsite, histogram)),
        }
    }
    let series = merged.into_iter().map(|(Callsite { target, name, outcome }, histogram)| {
        let labels = [("target", target), ("name", name), ("outcome", outcome)];
        SeriesSnapshot::histogram(labels, histogram)
    });
    family(named, series.collect())
}

fn family((name, help, kind): Named, series: Vec<SeriesSnapshot>) -> FamilySnapshot {
    FamilySnapshot::new(name, help, kind, series)
}

#[expect(clippy::cast_precision_loss, reason = "exact up to nine thousand million million")]
fn number(count: u64) -> f64 {
    count as f64
}

fn unix_ns() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

impl fmt::Debug for Metrics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Metrics").field("id", &self.0.id).finish_non_exhaustive()
    }
}
