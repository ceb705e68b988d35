//! Settings of one signal.

use std::time::Duration;

use super::endpoint::Endpoint;
use crate::{error::Error, settings::SignalChoices};

/// What differs for one signal: for traces, for logs or for metrics.
///
/// # Examples
///
/// Here and below, `collector` gets two spans and one log record of a request, as
/// in the examples of [`Builder`](crate::Builder).
///
/// ```
/// use trace_otel::{Otel, Signal};
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
///
/// # fn main() -> Result<(), trace_otel::Error> {
/// # let collector = Collector::start();
/// let traces = Signal::new().max_queue_size(10_000).attribute_count_limit(32);
/// let logs = Signal::new().endpoint(format!("{}/ingest", collector.url()));
/// let otel = Otel::builder().endpoint(collector.url()).traces(traces).logs(logs).build()?;
/// # export_request(&otel);
/// # let mut paths = paths(&collector);
/// # paths.sort();
/// assert_eq!(paths, ["/ingest", "/v1/traces"]);
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Default)]
#[must_use = "`Builder::traces`, `logs` and `metrics` take it"]
pub struct Signal {
    choices: SignalChoices,
    error: Option<Error>,
}

impl Signal {
    /// Returns a signal that differs in nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::{Otel, Signal};
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # let collector = Collector::start();
    /// let otel = Otel::builder().endpoint(collector.url()).logs(Signal::new()).build()?;
    /// # export_request(&otel);
    /// assert_eq!((otel.stats().traces.exported, otel.stats().logs.exported), (2, 1));
    /// # Ok(())
    /// # }
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns a signal that is not exported, as `OTEL_TRACES_EXPORTER=none`,
    /// `OTEL_LOGS_EXPORTER=none` and `OTEL_METRICS_EXPORTER=none` say.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::{Otel, Signal};
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # let collector = Collector::start();
    /// let otel = Otel::builder().endpoint(collector.url()).logs(Signal::off()).build()?;
    /// # export_request(&otel);
    /// assert_eq!((otel.stats().traces.exported, otel.stats().logs.offered), (2, 0));
    /// # Ok(())
    /// # }
    /// ```
    pub fn off() -> Self {
        let choices = SignalChoices { is_exported: Some(false), ..SignalChoices::default() };
        Self { choices, error: None }
    }

    /// Sets where this signal's requests go, and how. The address is the whole
    /// one: nothing is appended. What an [`Endpoint`] does not set stays as it is.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::{Endpoint, Otel, Signal};
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # let collector = Collector::start();
    /// let url = collector.url();
    /// let traces = Signal::new().endpoint(format!("{url}/ingest?tenant=shop"));
    /// let logs = Signal::new().endpoint(Endpoint::default().header("x-team", "green"));
    /// let otel = Otel::builder().endpoint(url).traces(traces).logs(logs).build()?;
    /// # export_request(&otel);
    /// # let mut paths = paths(&collector);
    /// # paths.sort();
    /// assert_eq!(paths, ["/ingest?tenant=shop", "/v1/logs"]);
    /// assert_eq!(header(&collector, "/v1/logs", "x-team").unwrap(), "green");
    /// # Ok(())
    /// # }
    /// ```
    pub fn endpoint(mut self, endpoint: impl Into<Endpoint>) -> Self {
        let own = self.choices.transport;
        (self.choices.transport, self.error) = endpoint.into().over(own, self.error);
        self
    }

    /// Sets how long the first item of a batch waits for others.
    /// `OTEL_BSP_SCHEDULE_DELAY`, `OTEL_BLRP_SCHEDULE_DELAY`; 1 s. Of
    /// metrics, it is the time from one snapshot to the next, which cannot be 0:
    /// `OTEL_METRIC_EXPORT_INTERVAL`; 60 s.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use trace_otel::{Otel, Signal};
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # let collector = Collector::start();
    /// let traces = Signal::new().schedule_delay(Duration::from_secs(3_600));
    /// let otel = Otel::builder().endpoint(collector.url()).traces(traces).build()?;
    /// # run_request(&otel, "info", "");
    /// // The two spans of a request wait for others,
    /// assert_eq!(otel.stats().traces.waiting, 2);
    /// // unless the process ends, or `flush` is called.
    /// assert!(otel.shutdown(Duration::from_secs(60)));
    /// assert_eq!(otel.stats().traces.exported, 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn schedule_delay(mut self, delay: Duration) -> Self {
        self.choices.batching.delay = Some(delay);
        self
    }

    /// Sets how long a batch is tried again. `OTEL_BSP_EXPORT_TIMEOUT`,
    /// `OTEL_BLRP_EXPORT_TIMEOUT`; 60 s. `OTEL_METRIC_EXPORT_TIMEOUT`; 30 s.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use trace_otel::{Otel, Signal};
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// // No collector is there.
    /// let builder = Otel::builder().endpoint("http://127.0.0.1:1");
    /// let briefly = || Signal::new().export_timeout(Duration::from_millis(5));
    /// let otel = builder.traces(briefly()).logs(briefly()).build()?;
    /// # run_request(&otel, "info", "");
    /// assert!(!otel.shutdown(Duration::from_secs(60)));
    /// assert_eq!(otel.stats().traces.expired, 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn export_timeout(mut self, timeout: Duration) -> Self {
        self.choices.batching.give_up = Some(timeout);
        self
    }

    /// Sets how many items may wait. `OTEL_BSP_MAX_QUEUE_SIZE`,
    /// `OTEL_BLRP_MAX_QUEUE_SIZE`; as many as fit into 4 MiB of spans, 2 MiB
    /// of logs and 8 MiB of metrics. If it is set, there may be more bytes: 1 KiB an item.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use trace_otel::{Otel, Signal};
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # let collector = Collector::start();
    /// let traces = Signal::new().max_queue_size(1).schedule_delay(Duration::from_secs(3_600));
    /// let otel = Otel::builder().endpoint(collector.url()).traces(traces).build()?;
    /// # run_request(&otel, "info", "");
    /// // Of the two spans of a request:
    /// assert_eq!((otel.stats().traces.waiting, otel.stats().traces.overflow), (1, 1));
    /// # Ok(())
    /// # }
    /// ```
    pub fn max_queue_size(mut self, items: usize) -> Self {
        self.choices.batching.queue_items = Some(items.max(1));
        self
    }

    /// Sets how many items a request has at most.
    /// `OTEL_BSP_MAX_EXPORT_BATCH_SIZE`, `OTEL_BLRP_MAX_EXPORT_BATCH_SIZE`;
    /// 8,192, which is also the most.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::{Otel, Signal};
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # let collector = Collector::start();
    /// let traces = Signal::new().max_export_batch_size(1);
    /// let otel = Otel::builder().endpoint(collector.url()).traces(traces).logs(Signal::off()).build()?;
    /// # export_request(&otel);
    /// // The two spans of a request are sent one by one.
    /// assert_eq!(collector.requests().len(), 2);
    /// # Ok(())
    /// # }
    /// ```
    pub fn max_export_batch_size(mut self, items: usize) -> Self {
        self.choices.batching.batch_items = Some(items.max(1));
        self
    }

    /// Limits the attributes of a span or a log record; those of metrics have no
    /// limit. `OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT`,
    /// `OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT`; else as
    /// [`Builder::attribute_count_limit`](crate::Builder::attribute_count_limit) says.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::{Otel, Signal};
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # let collector = Collector::start();
    /// let traces = Signal::new().attribute_count_limit(0);
    /// let otel = Otel::builder().endpoint(collector.url()).traces(traces).build()?;
    /// # export_request(&otel);
    /// # let (spans, logs) = (collector.spans(), collector.logs());
    /// # let (span, record) = (spans.named("get_order"), &logs.items[0]);
    /// assert!(span.attributes.is_empty());
    /// assert!(!record.attributes.is_empty());
    /// # Ok(())
    /// # }
    /// ```
    pub fn attribute_count_limit(mut self, most: usize) -> Self {
        self.choices.cap.count = Some(most);
        self
    }

    /// Limits the characters of a text in an attribute of a span or a log record.
    /// `OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT`,
    /// `OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT`; else as
    /// [`Builder::attribute_value_length_limit`] says.
    ///
    /// [`Builder::attribute_value_length_limit`]: crate::Builder::attribute_value_length_limit
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::{Otel, Signal};
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # let collector = Collector::start();
    /// let builder = Otel::builder().endpoint(collector.url()).attribute_value_length_limit(3);
    /// let otel = builder.traces(Signal::new().attribute_value_length_limit(12)).build()?;
    /// # export_request(&otel);
    /// # let span = |name: &str| span_attribute(&collector, name).unwrap();
    /// // A request with `fields(customer = "Ada Lovelace")`: its own limit counts.
    /// assert_eq!(span("customer"), "Ada Lovelace");
    /// # Ok(())
    /// # }
    /// ```
    pub fn attribute_value_length_limit(mut self, most: usize) -> Self {
        self.choices.cap.length = Some(most);
        self
    }

    /// Returns the choices, and the first mistake.
    pub(super) fn with(self, earlier: Option<Error>) -> (SignalChoices, Option<Error>) {
        (self.choices, earlier.or(self.error))
    }
}
