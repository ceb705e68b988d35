//! Settings of an exporter.

use std::{env, ffi::OsString};

use super::{endpoint::Endpoint, signal::Signal};
use crate::{
    error::Error,
    exporter::Otel,
    extras::Extras,
    plan::Plan,
    sampler::Sampler,
    settings::{Choices, Variables},
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
/// use trace_otel::{Endpoint, Otel, Sampler, Signal};
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
///
/// # fn main() -> Result<(), trace_otel::Error> {
/// # let collector = Collector::start();
/// let otel = Otel::builder()
///     .endpoint(Endpoint::new(collector.url()).header("x-team", "blue"))
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
    /// be read or has no key, or a proxy is one for SOCKS. Other values that cannot be used
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

    /// Sets where requests go, and how. The address is a base: `/v1/traces`,
    /// `/v1/logs` and `/v1/metrics` are appended. What an [`Endpoint`] does not
    /// set stays as it is.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::{Endpoint, Otel};
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # let collector = Collector::start();
    /// let base = format!("{}/otlp/", collector.url());
    /// let builder = Otel::builder().endpoint(base);
    /// let otel = builder.endpoint(Endpoint::default().header("x-team", "blue")).build()?;
    /// # export_request(&otel);
    /// # let mut paths = paths(&collector);
    /// # paths.sort();
    /// assert_eq!(paths, ["/otlp/v1/logs", "/otlp/v1/traces"]);
    /// assert_eq!(header(&collector, "/otlp/v1/logs", "x-team").unwrap(), "blue");
    /// # Ok(())
    /// # }
    /// ```
    pub fn endpoint(mut self, endpoint: impl Into<Endpoint>) -> Self {
        let general = self.choices.general;
        (self.choices.general, self.error) = endpoint.into().over(general, self.error);
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

    /// Limits the attributes of a span and of a log record; the rest is counted in
    /// it. Those of metrics have no limit. `OTEL_ATTRIBUTE_COUNT_LIMIT`; 128.
    ///
    /// [`Signal::attribute_count_limit`] goes before it, for spans or for records.
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

    /// Limits the characters of a text in an attribute of a span or a log record.
    /// `OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT`; no limit.
    ///
    /// [`Signal::attribute_value_length_limit`] goes before it, for spans or for
    /// records.
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
    /// use trace_otel::{Endpoint, Otel};
    ///
    /// let endpoint = Endpoint::default().header("content-type", "text/plain");
    /// let error = Otel::builder().endpoint(endpoint).build().unwrap_err();
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

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(builder: &Builder, set: &[(&str, &str)]) -> Result<Plan, Error> {
        let read = |name: &str| {
            set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).into())
        };
        Plan::new(&builder.choices, &mut Variables::new(&read))
    }

    #[test]
    fn both_files_of_the_program_go_before_half_of_the_environment() {
        let half = [("OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY", "/run/environment.key")];
        let endpoint = Endpoint::default().client_certificate("/run/code.pem", "/run/code.key");
        let plan_of = |endpoint: Endpoint| plan(&Otel::builder().endpoint(endpoint), &half);
        let client = plan_of(endpoint).unwrap().traces.unwrap().route.client.unwrap();
        assert_eq!(client.key.value.to_str(), Some("/run/code.key"));
        assert!(plan_of(Endpoint::default()).is_err());
    }

    #[test]
    fn a_later_endpoint_changes_only_what_it_sets() {
        let builder = Otel::builder()
            .endpoint(Endpoint::new("http://first:1").header("a", "1").gzip(false))
            .endpoint(Endpoint::default().header("b", "2"));
        let route = plan(&builder, &[]).unwrap().traces.unwrap().route;
        assert_eq!(route.url, "http://first:1/v1/traces");
        let names: Vec<_> = route.headers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["b"]);
    }

    #[test]
    fn the_first_mistake_of_a_header_is_the_error_wherever_it_was_made() {
        let error = |builder: Builder| builder.build().unwrap_err().to_string();
        let host = Endpoint::default().header("host", "a").header("a b", "c");
        let expected = "header: a header is one that the exporter sets itself";
        assert_eq!(error(Otel::builder().logs(Signal::new().endpoint(host.clone()))), expected);
        let later = Endpoint::default().header("a b", "c");
        assert_eq!(error(Otel::builder().endpoint(host).endpoint(later)), expected);
    }
}
