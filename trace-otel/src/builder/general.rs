//! Settings of an exporter.

use std::{env, ffi::OsString, path::PathBuf, time::Duration};

use super::signal::Signal;
use crate::{
    error::Error,
    exporter::Otel,
    extras::Extras,
    plan::Plan,
    sampler::Sampler,
    settings::{Choices, Compression, Variables},
};

/// Settings of an exporter. What is not set here is read from the environment.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use trace_otel::{Otel, Sampler, Signal};
///
/// let otel = Otel::builder()
///     .endpoint("http://collector:4318")
///     .header("x-team", "blue")
///     .timeout(Duration::from_secs(5))
///     .service_name("shop")
///     .resource("deployment.environment.name", "prod")
///     .sampler(Sampler::ratio(0.1).parent_based())
///     .traces(Signal::new().schedule_delay(Duration::from_millis(500)))
///     .logs(Signal::off())
///     .build()?;
/// # Ok::<(), trace_otel::Error>(())
/// ```
#[derive(Debug, Default)]
#[must_use = "`build` makes the exporter"]
pub struct Builder {
    choices: Choices,
    extras: Extras,
    /// The first mistake.
    error: Option<Error>,
}

impl Otel {
    /// Returns an exporter with the settings of the environment: the variables
    /// that begin with `OTEL_`.
    ///
    /// # Errors
    ///
    /// Fails if telemetry would go nowhere: an endpoint is not a URL over HTTP,
    /// another protocol is asked for, a feature is missing, a certificate cannot
    /// be read, or a proxy is one for SOCKS. Other values that cannot be used
    /// are reported in a line by `init`, and are as if they were not set.
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// Returns a builder, whose methods go before the variables of the
    /// environment.
    pub fn builder() -> Builder {
        Builder::default()
    }
}

impl Builder {
    /// Exports nothing, as `OTEL_SDK_DISABLED=true` does.
    pub fn disabled(mut self, is_disabled: bool) -> Self {
        self.choices.is_disabled = Some(is_disabled);
        self
    }

    /// Sets the base address of the receiver; `/v1/traces`, `/v1/logs`
    /// and `/v1/metrics` are appended. `OTEL_EXPORTER_OTLP_ENDPOINT`;
    /// `http://localhost:4318` if nothing is set.
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.choices.general.endpoint = Some(("endpoint".to_owned(), url.into()));
        self
    }

    /// Adds a header to each request; replaces `OTEL_EXPORTER_OTLP_HEADERS`.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let added = self.choices.general.add_header(name, value);
        self.error = self.error.or(added.err());
        self
    }

    /// Sets how long each part of an exchange may take: connecting, sending,
    /// waiting for the answer. `OTEL_EXPORTER_OTLP_TIMEOUT`; 10 s.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.choices.general.timeout = Some(timeout);
        self
    }

    /// Compresses requests, which needs the feature `gzip`.
    /// `OTEL_EXPORTER_OTLP_COMPRESSION`.
    pub fn gzip(mut self, is_on: bool) -> Self {
        self.choices.general.compression = Some(Compression::of(is_on));
        self
    }

    /// Trusts the certificates in this file instead of the platform's roots.
    /// `OTEL_EXPORTER_OTLP_CERTIFICATE`.
    pub fn certificate(mut self, path: impl Into<PathBuf>) -> Self {
        self.choices.general.certificate = Some(path.into());
        self
    }

    /// Sets the file with the client's private key.
    /// `OTEL_EXPORTER_OTLP_CLIENT_KEY`.
    pub fn client_key(mut self, path: impl Into<PathBuf>) -> Self {
        self.choices.general.client_key = Some(path.into());
        self
    }

    /// Sets the file with the client's certificates.
    /// `OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE`.
    pub fn client_certificate(mut self, path: impl Into<PathBuf>) -> Self {
        self.choices.general.client_certificate = Some(path.into());
        self
    }

    /// Sets `service.name`. `OTEL_SERVICE_NAME`, then `service.name` in
    /// `OTEL_RESOURCE_ATTRIBUTES`, then the static field `service`, then
    /// `unknown_service:` and the name of the program.
    pub fn service_name(mut self, name: impl Into<String>) -> Self {
        self.choices.service_name = Some(name.into());
        self
    }

    /// Adds an attribute of the resource. It goes before one of the same name in
    /// `OTEL_RESOURCE_ATTRIBUTES`.
    pub fn resource(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let name = name.into();
        self.choices.resource.retain(|(known, _)| *known != name);
        self.choices.resource.push((name, value.into()));
        self
    }

    /// Sets which traces are sampled. `OTEL_TRACES_SAMPLER`; all that the
    /// caller's service sampled, and all that begin here.
    pub fn sampler(mut self, sampler: Sampler) -> Self {
        self.choices.sampler = Some(sampler);
        self
    }

    /// Limits the attributes of an item; the rest is counted in it.
    /// `OTEL_ATTRIBUTE_COUNT_LIMIT`; 128.
    pub fn attribute_count_limit(mut self, most: usize) -> Self {
        self.choices.cap.count = Some(most);
        self
    }

    /// Limits the characters of a text in an attribute.
    /// `OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT`; no limit.
    pub fn attribute_value_length_limit(mut self, most: usize) -> Self {
        self.choices.cap.length = Some(most);
        self
    }

    /// Sets what differs for traces.
    pub fn traces(mut self, signal: Signal) -> Self {
        (self.choices.traces, self.error) = signal.with(self.error);
        self
    }

    /// Sets what differs for logs.
    pub fn logs(mut self, signal: Signal) -> Self {
        (self.choices.logs, self.error) = signal.with(self.error);
        self
    }

    /// Sets what differs for metrics, which [`Otel::metrics`] takes.
    #[cfg(feature = "metrics")]
    pub fn metrics(mut self, signal: Signal) -> Self {
        (self.choices.metrics, self.error) = signal.with(self.error);
        self
    }

    /// Exports no span of a request or step that has no line. Otherwise the
    /// filter of lines is not one of spans.
    pub fn only_written(mut self) -> Self {
        self.extras.only_written = true;
        self
    }

    /// Exports the lines of requests and steps as log records, too. Otherwise
    /// they are spans alone.
    pub fn closings_as_logs(mut self) -> Self {
        self.extras.closings_as_logs = true;
        self
    }

    /// Makes the exporter.
    ///
    /// # Errors
    ///
    /// Fails as [`Otel::from_env`] does, and if a header is not allowed.
    pub fn build(self) -> Result<Otel, Error> {
        self.build_with(&|name| env::var_os(name))
    }

    fn build_with(self, read: &dyn Fn(&str) -> Option<OsString>) -> Result<Otel, Error> {
        match self.error {
            Some(error) => Err(error),
            None => Otel::new(Plan::new(&self.choices, &mut Variables::new(read))?, self.extras),
        }
    }
}
