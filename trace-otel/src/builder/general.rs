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
/// Here and below, `collector` is one that a test has started. It gets what one
/// request makes: two spans, of the request and of its one step, and one log
/// record.
///
/// ```
/// use std::time::Duration;
/// use trace_otel::{Otel, Sampler, Signal};
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
///
/// # fn main() -> Result<(), trace_otel::Error> {
/// # let collector = Collector::start();
/// let otel = Otel::builder()
///     .endpoint(collector.url())
///     .header("x-team", "blue")
///     .timeout(Duration::from_secs(5))
///     .service_name("shop")
///     .resource("deployment.environment.name", "prod")
///     .sampler(Sampler::always())
///     .traces(Signal::new().schedule_delay(Duration::from_millis(500)))
///     .logs(Signal::off())
///     .build()?;
/// # export_request(&otel);
/// # let resource = |name: &str| resource_attribute(&collector, name).unwrap();
/// assert_eq!(header(&collector, "/v1/traces", "x-team").unwrap(), "blue");
/// assert_eq!(resource("deployment.environment.name"), "prod");
/// # Ok(())
/// # }
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
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::Otel;
    ///
    /// // With OTEL_EXPORTER_OTLP_ENDPOINT=collector:4318 in the environment:
    /// # // SAFETY: no other thread runs.
    /// # unsafe { std::env::set_var("OTEL_EXPORTER_OTLP_ENDPOINT", "collector:4318") };
    /// let error = Otel::from_env().unwrap_err();
    /// assert!(error.to_string().starts_with("OTEL_EXPORTER_OTLP_ENDPOINT: not a URL with `http://`"));
    /// ```
    pub fn from_env() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// Returns a builder, whose methods go before the variables of the
    /// environment.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::Otel;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # let collector = Collector::start();
    /// // With OTEL_SERVICE_NAME=shop and OTEL_RESOURCE_ATTRIBUTES=host.name=rack-7 in the
    /// // environment:
    /// # // SAFETY: no other thread reads variables.
    /// # unsafe { std::env::set_var("OTEL_SERVICE_NAME", "shop") };
    /// # unsafe { std::env::set_var("OTEL_RESOURCE_ATTRIBUTES", "host.name=rack-7") };
    /// let otel = Otel::builder().endpoint(collector.url()).service_name("checkout").build()?;
    /// # export_request(&otel);
    /// # let resource = |name: &str| resource_attribute(&collector, name).unwrap();
    /// assert_eq!(resource("service.name"), "checkout");
    /// assert_eq!(resource("host.name"), "rack-7");
    /// # Ok(())
    /// # }
    /// ```
    pub fn builder() -> Builder {
        Builder::default()
    }
}

impl Builder {
    /// Exports nothing, as `OTEL_SDK_DISABLED=true` does.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::Otel;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # let collector = Collector::start();
    /// let otel = Otel::builder().endpoint(collector.url()).disabled(true).build()?;
    /// # export_request(&otel);
    /// // One request later:
    /// assert_eq!(otel.stats().traces.offered, 0);
    /// assert!(collector.requests().is_empty());
    /// # Ok(())
    /// # }
    /// ```
    pub fn disabled(mut self, is_disabled: bool) -> Self {
        self.choices.is_disabled = Some(is_disabled);
        self
    }

    /// Sets the base address of the receiver; `/v1/traces`, `/v1/logs`
    /// and `/v1/metrics` are appended. `OTEL_EXPORTER_OTLP_ENDPOINT`;
    /// `http://localhost:4318` if nothing is set.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::Otel;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # let collector = Collector::start();
    /// let base = format!("{}/otlp/", collector.url());
    /// let otel = Otel::builder().endpoint(base).build()?;
    /// # export_request(&otel);
    /// # let mut paths = paths(&collector);
    /// # paths.sort();
    /// assert_eq!(paths, ["/otlp/v1/logs", "/otlp/v1/traces"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn endpoint(mut self, url: impl Into<String>) -> Self {
        self.choices.general.endpoint = Some(("endpoint".to_owned(), url.into()));
        self
    }

    /// Adds a header to each request; replaces `OTEL_EXPORTER_OTLP_HEADERS`.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::Otel;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # let collector = Collector::start();
    /// let otel = Otel::builder().endpoint(collector.url()).header("x-team", "blue").build()?;
    /// # export_request(&otel);
    /// for path in ["/v1/traces", "/v1/logs"] {
    ///     assert_eq!(header(&collector, path, "x-team").unwrap(), "blue");
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let added = self.choices.general.add_header(name, value);
        self.error = self.error.or(added.err());
        self
    }

    /// Sets how long each part of an exchange may take: connecting, sending,
    /// waiting for the answer. `OTEL_EXPORTER_OTLP_TIMEOUT`; 10 s.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::time::Duration;
    /// use trace_otel::{Otel, Signal};
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # use test_support::otlp::Reaction;
    /// # let collector = Collector::with(|_| Reaction::Stall);
    /// // The collector takes what is sent, and never answers.
    /// let traces = Signal::new().export_timeout(Duration::from_millis(1)); // one try
    /// let otel = Otel::builder()
    ///     .endpoint(collector.url())
    ///     .timeout(Duration::from_millis(20))
    ///     .traces(traces)
    ///     .logs(Signal::off())
    ///     .build()?;
    /// # export_request(&otel);
    /// assert_eq!((otel.stats().traces.offered, otel.stats().traces.expired), (2, 2));
    /// # Ok(())
    /// # }
    /// ```
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.choices.general.timeout = Some(timeout);
        self
    }

    /// Compresses requests, which needs the feature `gzip`.
    /// `OTEL_EXPORTER_OTLP_COMPRESSION`.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::Otel;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # let collector = Collector::start();
    /// # #[cfg(feature = "gzip")]
    /// # {
    /// let otel = Otel::builder().endpoint(collector.url()).gzip(true).build()?;
    /// # export_request(&otel);
    /// assert_eq!(header(&collector, "/v1/traces", "content-encoding").unwrap(), "gzip");
    /// # }
    /// # Ok(())
    /// # }
    /// ```
    pub fn gzip(mut self, is_on: bool) -> Self {
        self.choices.general.compression = Some(Compression::of(is_on));
        self
    }

    /// Trusts the certificates in this file instead of the platform's roots.
    /// `OTEL_EXPORTER_OTLP_CERTIFICATE`.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::Otel;
    ///
    /// # #[cfg(feature = "tls")]
    /// # {
    /// let error = Otel::builder().certificate("/etc/ssl/none.pem").build().unwrap_err();
    /// assert!(error.to_string().starts_with("certificate: /etc/ssl/none.pem: "));
    /// # }
    /// ```
    pub fn certificate(mut self, path: impl Into<PathBuf>) -> Self {
        self.choices.general.certificate = Some(path.into());
        self
    }

    /// Sets the file with the client's private key.
    /// `OTEL_EXPORTER_OTLP_CLIENT_KEY`.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::Otel;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # #[cfg(feature = "tls")]
    /// # {
    /// # let [certificate, key] = certificate_and_key();
    /// # let (certificate, key) = (certificate.path(), key.path());
    /// // By mistake, the file of the certificate:
    /// let mixed_up = Otel::builder().client_key(certificate).client_certificate(certificate).build();
    /// let error = mixed_up.unwrap_err().to_string();
    /// assert!(error.ends_with(": there is no private key in it"));
    /// # assert!(Otel::builder().client_key(key).client_certificate(certificate).build().is_ok());
    /// # }
    /// # Ok(())
    /// # }
    /// ```
    pub fn client_key(mut self, path: impl Into<PathBuf>) -> Self {
        self.choices.general.client_key = Some(path.into());
        self
    }

    /// Sets the file with the client's certificates.
    /// `OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE`.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::Otel;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # #[cfg(feature = "tls")]
    /// # {
    /// # let [certificate, key] = certificate_and_key();
    /// # let (certificate, key) = (certificate.path(), key.path());
    /// let otel = Otel::builder()
    ///     .endpoint("https://collector:4318")
    ///     .client_certificate(certificate)
    ///     .client_key(key)
    ///     .build();
    /// assert!(otel.is_ok());
    /// # }
    /// # Ok(())
    /// # }
    /// ```
    pub fn client_certificate(mut self, path: impl Into<PathBuf>) -> Self {
        self.choices.general.client_certificate = Some(path.into());
        self
    }

    /// Sets `service.name`. `OTEL_SERVICE_NAME`, then `service.name` in
    /// `OTEL_RESOURCE_ATTRIBUTES`, then the static field `service`, then
    /// `unknown_service:` and the name of the program.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::Otel;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # let collector = Collector::start();
    /// let otel = Otel::builder().endpoint(collector.url()).service_name("shop").build()?;
    /// # export_request(&otel);
    /// # let resource = |name: &str| resource_attribute(&collector, name).unwrap();
    /// assert_eq!(resource("service.name"), "shop");
    /// # Ok(())
    /// # }
    /// ```
    pub fn service_name(mut self, name: impl Into<String>) -> Self {
        self.choices.service_name = Some(name.into());
        self
    }

    /// Adds an attribute of the resource. It goes before one of the same name in
    /// `OTEL_RESOURCE_ATTRIBUTES`.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::Otel;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # let collector = Collector::start();
    /// let otel = Otel::builder()
    ///     .endpoint(collector.url())
    ///     .resource("deployment.environment.name", "staging")
    ///     .resource("deployment.environment.name", "prod") // in the place of the first
    ///     .build()?;
    /// # export_request(&otel);
    /// # let resource = |name: &str| resource_attribute(&collector, name).unwrap();
    /// assert_eq!(resource("deployment.environment.name"), "prod");
    /// # Ok(())
    /// # }
    /// ```
    pub fn resource(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let name = name.into();
        self.choices.resource.retain(|(known, _)| *known != name);
        self.choices.resource.push((name, value.into()));
        self
    }

    /// Sets which traces are sampled. `OTEL_TRACES_SAMPLER`; all that the
    /// caller's service sampled, and all that begin here.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::{Otel, Sampler};
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # let collector = Collector::start();
    /// // With OTEL_TRACES_SAMPLER=always_off in the environment:
    /// # // SAFETY: no other thread reads variables.
    /// # unsafe { std::env::set_var("OTEL_TRACES_SAMPLER", "always_off") };
    /// let otel = Otel::builder().endpoint(collector.url()).sampler(Sampler::always()).build()?;
    /// # export_request(&otel);
    /// assert_eq!(otel.stats().traces.exported, 2); // of a request and a step
    /// # Ok(())
    /// # }
    /// ```
    pub fn sampler(mut self, sampler: Sampler) -> Self {
        self.choices.sampler = Some(sampler);
        self
    }

    /// Limits the attributes of an item; the rest is counted in it.
    /// `OTEL_ATTRIBUTE_COUNT_LIMIT`; 128.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::Otel;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # let collector = Collector::start();
    /// let otel = Otel::builder().endpoint(collector.url()).attribute_count_limit(1).build()?;
    /// # export_request(&otel);
    /// # let spans = collector.spans();
    /// # let span = spans.named("get_order");
    /// assert_eq!(span.attributes.len(), 1);
    /// assert!(span.dropped_attributes_count > 0);
    /// # Ok(())
    /// # }
    /// ```
    pub fn attribute_count_limit(mut self, most: usize) -> Self {
        self.choices.cap.count = Some(most);
        self
    }

    /// Limits the characters of a text in an attribute.
    /// `OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT`; no limit.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::Otel;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # let collector = Collector::start();
    /// let otel =
    ///     Otel::builder().endpoint(collector.url()).attribute_value_length_limit(3).build()?;
    /// # export_request(&otel);
    /// # let span = |name: &str| span_attribute(&collector, name).unwrap();
    /// // A request with `fields(customer = "Ada Lovelace")`:
    /// assert_eq!(span("customer"), "Ada");
    /// # Ok(())
    /// # }
    /// ```
    pub fn attribute_value_length_limit(mut self, most: usize) -> Self {
        self.choices.cap.length = Some(most);
        self
    }

    /// Sets what differs for traces.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::{Otel, Signal};
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # let collector = Collector::start();
    /// let otel = Otel::builder().endpoint(collector.url()).traces(Signal::off()).build()?;
    /// # export_request(&otel);
    /// # let paths = paths(&collector);
    /// assert_eq!(paths, ["/v1/logs"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn traces(mut self, signal: Signal) -> Self {
        (self.choices.traces, self.error) = signal.with(self.error);
        self
    }

    /// Sets what differs for logs.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::{Otel, Signal};
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # let collector = Collector::start();
    /// let url = collector.url();
    /// let logs = Signal::new().endpoint(format!("{url}/loki/otlp/v1/logs"));
    /// let otel = Otel::builder().endpoint(url).logs(logs).build()?;
    /// # export_request(&otel);
    /// # let mut paths = paths(&collector);
    /// # paths.sort();
    /// assert_eq!(paths, ["/loki/otlp/v1/logs", "/v1/traces"]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn logs(mut self, signal: Signal) -> Self {
        (self.choices.logs, self.error) = signal.with(self.error);
        self
    }

    /// Sets what differs for metrics, which [`Otel::metrics`] takes.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_metrics::Metrics;
    /// use trace_otel::{Otel, Signal};
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # let collector = Collector::start();
    /// let url = collector.url();
    /// let to_prometheus = Signal::new().endpoint(format!("{url}/api/v1/otlp/v1/metrics"));
    /// let otel = Otel::builder()
    ///     .metrics(to_prometheus)
    ///     .traces(Signal::off())
    ///     .logs(Signal::off())
    ///     .build()?
    ///     .metrics(Metrics::new());
    /// # export_request(&otel);
    /// # let paths = paths(&collector);
    /// assert_eq!(paths, ["/api/v1/otlp/v1/metrics"]);
    /// # Ok(())
    /// # }
    /// ```
    #[cfg(feature = "metrics")]
    pub fn metrics(mut self, signal: Signal) -> Self {
        (self.choices.metrics, self.error) = signal.with(self.error);
        self
    }

    /// Exports no span of a request or step that has no line. Otherwise the
    /// filter of lines is not one of spans.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::Otel;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # let collector = Collector::start();
    /// # let builder = || Otel::builder().endpoint(collector.url());
    /// for (builder, spans) in [(builder(), 2), (builder().only_written(), 0)] {
    ///     let otel = builder.build()?;
    /// #   run_request(&otel, "error", "");
    ///     // A request with one step, where only errors have lines:
    ///     assert_eq!(otel.stats().traces.offered, spans);
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn only_written(mut self) -> Self {
        self.extras.only_written = true;
        self
    }

    /// Exports the lines of requests and steps as log records, too. Otherwise
    /// they are spans alone.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::Otel;
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # let collector = Collector::start();
    /// let otel = Otel::builder().endpoint(collector.url()).closings_as_logs().build()?;
    /// # export_request(&otel);
    /// # let bodies: Vec<_> = collector.logs().items.iter()
    /// #     .map(|record| test_support::otlp::value(record.body.as_ref())).collect();
    /// // The bodies of the records of a request with one step and one event:
    /// assert_eq!(bodies, [r#""looked up""#, r#""Step finished""#, r#""Request processed""#]);
    /// # Ok(())
    /// # }
    /// ```
    pub fn closings_as_logs(mut self) -> Self {
        self.extras.closings_as_logs = true;
        self
    }

    /// Makes the exporter.
    ///
    /// # Errors
    ///
    /// Fails as [`Otel::from_env`] does, and if a header is not allowed.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::Otel;
    ///
    /// let error = Otel::builder().header("content-type", "text/plain").build().unwrap_err();
    /// assert_eq!(error.to_string(), "header: a header is one that the exporter sets itself");
    /// ```
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
