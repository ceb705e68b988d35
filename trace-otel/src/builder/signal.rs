//! Settings of one signal.

use std::{path::PathBuf, time::Duration};

use crate::{
    error::Error,
    settings::{Compression, SignalChoices},
};

/// What differs for one signal: for traces, for logs or for metrics. The variables
/// of metrics are named as those of the others, with `METRICS`; if they are not,
/// both are named here.
///
/// # Examples
///
/// ```
/// use trace_otel::{Otel, Signal};
///
/// let own = Signal::new().endpoint("http://logs:4318/ingest").header("x-team", "green");
/// let otel = Otel::builder().logs(own).build()?;
/// # Ok::<(), trace_otel::Error>(())
/// ```
#[derive(Debug, Default)]
#[must_use = "`Builder::traces`, `logs` and `metrics` take it"]
pub struct Signal {
    choices: SignalChoices,
    error: Option<Error>,
}

impl Signal {
    /// Returns a signal that differs in nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Returns a signal that is not exported, as `OTEL_TRACES_EXPORTER=none`
    /// and `OTEL_LOGS_EXPORTER=none` say.
    pub fn off() -> Self {
        let choices = SignalChoices { is_exported: Some(false), ..SignalChoices::default() };
        Self { choices, error: None }
    }

    /// Sets the whole address; nothing is appended.
    /// `OTEL_EXPORTER_OTLP_TRACES_ENDPOINT`, `OTEL_EXPORTER_OTLP_LOGS_ENDPOINT`.
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.choices.transport.endpoint = Some(("endpoint".to_owned(), url.into()));
        self
    }

    /// Adds a header to each request. If a signal has headers of its own, it has
    /// no others. `OTEL_EXPORTER_OTLP_TRACES_HEADERS`,
    /// `OTEL_EXPORTER_OTLP_LOGS_HEADERS`.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let added = self.choices.transport.add_header(name, value);
        self.error = self.error.or(added.err());
        self
    }

    /// Sets how long each part of an exchange may take.
    /// `OTEL_EXPORTER_OTLP_TRACES_TIMEOUT`, `OTEL_EXPORTER_OTLP_LOGS_TIMEOUT`.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.choices.transport.timeout = Some(timeout);
        self
    }

    /// Compresses requests, which needs the feature `gzip`.
    /// `OTEL_EXPORTER_OTLP_TRACES_COMPRESSION`,
    /// `OTEL_EXPORTER_OTLP_LOGS_COMPRESSION`.
    pub fn gzip(mut self, is_on: bool) -> Self {
        self.choices.transport.compression = Some(Compression::of(is_on));
        self
    }

    /// Trusts the certificates in this file.
    /// `OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE`,
    /// `OTEL_EXPORTER_OTLP_LOGS_CERTIFICATE`.
    pub fn certificate(mut self, path: impl Into<PathBuf>) -> Self {
        self.choices.transport.certificate = Some(path.into());
        self
    }

    /// Sets the file with the client's private key.
    /// `OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY`,
    /// `OTEL_EXPORTER_OTLP_LOGS_CLIENT_KEY`.
    pub fn client_key(mut self, path: impl Into<PathBuf>) -> Self {
        self.choices.transport.client_key = Some(path.into());
        self
    }

    /// Sets the file with the client's certificates.
    /// `OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE`,
    /// `OTEL_EXPORTER_OTLP_LOGS_CLIENT_CERTIFICATE`.
    pub fn client_certificate(mut self, path: impl Into<PathBuf>) -> Self {
        self.choices.transport.client_certificate = Some(path.into());
        self
    }

    /// Sets how long the first item of a batch waits for others.
    /// `OTEL_BSP_SCHEDULE_DELAY`, `OTEL_BLRP_SCHEDULE_DELAY`; 1 s. Of
    /// metrics, it is the time from one snapshot to the next, which cannot be 0:
    /// `OTEL_METRIC_EXPORT_INTERVAL`; 60 s.
    pub fn schedule_delay(mut self, delay: Duration) -> Self {
        self.choices.batching.delay = Some(delay);
        self
    }

    /// Sets how long a batch is tried again. `OTEL_BSP_EXPORT_TIMEOUT`,
    /// `OTEL_BLRP_EXPORT_TIMEOUT`; 60 s. `OTEL_METRIC_EXPORT_TIMEOUT`; 30 s.
    pub fn export_timeout(mut self, timeout: Duration) -> Self {
        self.choices.batching.give_up = Some(timeout);
        self
    }

    /// Sets how many items may wait. `OTEL_BSP_MAX_QUEUE_SIZE`,
    /// `OTEL_BLRP_MAX_QUEUE_SIZE`; as many as fit into 4 MiB of spans, 2 MiB
    /// of logs and 8 MiB of metrics. If it is set, there may be more bytes: 1 KiB an item.
    pub fn max_queue_size(mut self, items: usize) -> Self {
        self.choices.batching.queue_items = Some(items.max(1));
        self
    }

    /// Sets how many items a request has at most.
    /// `OTEL_BSP_MAX_EXPORT_BATCH_SIZE`, `OTEL_BLRP_MAX_EXPORT_BATCH_SIZE`;
    /// 8,192, which is also the most.
    pub fn max_export_batch_size(mut self, items: usize) -> Self {
        self.choices.batching.batch_items = Some(items.max(1));
        self
    }

    /// Limits the attributes of an item. `OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT`,
    /// `OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT`.
    pub fn attribute_count_limit(mut self, most: usize) -> Self {
        self.choices.cap.count = Some(most);
        self
    }

    /// Limits the characters of a text in an attribute.
    /// `OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT`,
    /// `OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT`.
    pub fn attribute_value_length_limit(mut self, most: usize) -> Self {
        self.choices.cap.length = Some(most);
        self
    }

    /// Returns the choices, and the first mistake.
    pub(super) fn with(self, earlier: Option<Error>) -> (SignalChoices, Option<Error>) {
        (self.choices, earlier.or(self.error))
    }
}
