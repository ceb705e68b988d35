//! Where requests go, and how: for all signals, or for one.

use std::{path::PathBuf, time::Duration};

use crate::{
    error::Error,
    settings::{Compression, Named, Transport},
};

/// Where requests go, and how: an address, headers, certificates and more.
///
/// [`Builder::endpoint`] takes it for all signals, [`Signal::endpoint`] for one;
/// both also take an address alone. `Endpoint::default()` has no address: requests
/// go where they would go anyway, with what is set here.
///
/// Each setting has a variable. It is given here as it is for all signals, such as
/// `OTEL_EXPORTER_OTLP_TIMEOUT`; for one signal, it is
/// `OTEL_EXPORTER_OTLP_TRACES_TIMEOUT`, or the same with `LOGS` or `METRICS`. What
/// a program sets goes before all variables, and what is set for one signal goes
/// before what is set for all.
///
/// [`Builder::endpoint`]: crate::Builder::endpoint
/// [`Signal::endpoint`]: crate::Signal::endpoint
///
/// # Examples
///
/// ```
/// use trace_otel::{Endpoint, Otel, Signal};
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
///
/// # fn main() -> Result<(), trace_otel::Error> {
/// # let collector = Collector::start();
/// # let url = collector.url();
/// let vendor = Endpoint::new(&url).header("authorization", "Bearer sesame");
/// let own = Endpoint::new(format!("{url}/loki/otlp/v1/logs")).header("x-scope-orgid", "shop");
/// let otel = Otel::builder().endpoint(vendor).logs(Signal::new().endpoint(own)).build()?;
/// # export_request(&otel);
/// assert_eq!(header(&collector, "/v1/traces", "authorization").unwrap(), "Bearer sesame");
/// assert_eq!(header(&collector, "/loki/otlp/v1/logs", "x-scope-orgid").unwrap(), "shop");
///
/// // The environment has the address, such as OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:4318:
/// # // SAFETY: no other thread reads variables.
/// # unsafe { std::env::set_var("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url()) };
/// let otel = Otel::builder().endpoint(Endpoint::default().header("x-team", "blue")).build()?;
/// # let before = paths(&collector).len();
/// # export_request(&otel);
/// # assert_eq!(paths(&collector).len(), before + 2);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "`Builder::endpoint` and `Signal::endpoint` take it"]
pub struct Endpoint {
    transport: Transport,
    /// The first mistake.
    error: Option<Error>,
}

impl Endpoint {
    /// Returns an endpoint with this address: a base for all signals, or the whole
    /// address of one. `OTEL_EXPORTER_OTLP_ENDPOINT`; `http://localhost:4318`.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::{Endpoint, Otel};
    ///
    /// // The scheme is missing:
    /// let error = Otel::builder().endpoint(Endpoint::new("collector:4318")).build().unwrap_err();
    /// assert!(error.to_string().starts_with("endpoint: not a URL with `http://`"));
    /// ```
    pub fn new(url: impl Into<String>) -> Self {
        let endpoint = Some(Named::new("endpoint", url));
        Self { transport: Transport { endpoint, ..Transport::default() }, error: None }
    }

    /// Adds a header to each request. If one signal has headers of its own, it has
    /// no others. `OTEL_EXPORTER_OTLP_HEADERS`.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::{Endpoint, Otel, Signal};
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # let collector = Collector::start();
    /// let vendor = Endpoint::new(collector.url()).header("authorization", "Bearer sesame");
    /// let green = Endpoint::default().header("x-team", "green");
    /// let otel = Otel::builder().endpoint(vendor).logs(Signal::new().endpoint(green)).build()?;
    /// # export_request(&otel);
    /// assert_eq!(header(&collector, "/v1/traces", "authorization").unwrap(), "Bearer sesame");
    /// assert_eq!(header(&collector, "/v1/logs", "authorization"), None);
    /// assert_eq!(header(&collector, "/v1/logs", "x-team").unwrap(), "green");
    /// # Ok(())
    /// # }
    /// ```
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let added = self.transport.add_header(name, value);
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
    /// use trace_otel::{Endpoint, Otel, Signal};
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # use test_support::otlp::Reaction;
    /// # let collector = Collector::with(|_| Reaction::Stall);
    /// // The collector takes what is sent, and never answers.
    /// let endpoint = Endpoint::new(collector.url()).timeout(Duration::from_millis(20));
    /// let traces = Signal::new().export_timeout(Duration::from_millis(1)); // one try
    /// let otel = Otel::builder().endpoint(endpoint).traces(traces).logs(Signal::off()).build()?;
    /// # export_request(&otel);
    /// assert_eq!((otel.stats().traces.offered, otel.stats().traces.expired), (2, 2));
    /// # Ok(())
    /// # }
    /// ```
    pub fn timeout(mut self, timeout: Duration) -> Self {
        self.transport.timeout = Some(timeout);
        self
    }

    /// Compresses requests, which needs the feature `gzip`.
    /// `OTEL_EXPORTER_OTLP_COMPRESSION`.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::{Endpoint, Otel};
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # let collector = Collector::start();
    /// # #[cfg(feature = "gzip")]
    /// # {
    /// let otel = Otel::builder().endpoint(Endpoint::new(collector.url()).gzip(true)).build()?;
    /// # export_request(&otel);
    /// assert_eq!(header(&collector, "/v1/traces", "content-encoding").unwrap(), "gzip");
    /// # }
    /// # Ok(())
    /// # }
    /// ```
    pub fn gzip(mut self, is_on: bool) -> Self {
        self.transport.compression = Some(Compression::of(is_on));
        self
    }

    /// Trusts the certificates in this file instead of the platform's roots.
    /// `OTEL_EXPORTER_OTLP_CERTIFICATE`.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::{Endpoint, Otel};
    ///
    /// # #[cfg(feature = "tls")]
    /// # {
    /// let endpoint = Endpoint::new("https://collector:4318").certificate("/etc/ssl/none.pem");
    /// let error = Otel::builder().endpoint(endpoint).build().unwrap_err();
    /// assert!(error.to_string().starts_with("certificate: /etc/ssl/none.pem: "));
    /// # }
    /// ```
    pub fn certificate(mut self, path: impl Into<PathBuf>) -> Self {
        self.transport.certificate = Some(Named::new("certificate", path));
        self
    }

    /// Sets the file with the client's certificates, and the one with its private
    /// key. `OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE` and
    /// `OTEL_EXPORTER_OTLP_CLIENT_KEY`: one of them alone is an error.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_otel::{Endpoint, Otel};
    /// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/doc/exported.rs"));
    ///
    /// # fn main() -> Result<(), trace_otel::Error> {
    /// # #[cfg(feature = "tls")]
    /// # {
    /// # let [certificate, key] = certificate_and_key();
    /// # let (certificate, key) = (certificate.path(), key.path());
    /// let collector = || Endpoint::new("https://collector:4318");
    /// let endpoint = collector().client_certificate(certificate, key);
    /// assert!(Otel::builder().endpoint(endpoint).build().is_ok());
    ///
    /// let mixed_up = collector().client_certificate(key, certificate);
    /// let error = Otel::builder().endpoint(mixed_up).build().unwrap_err().to_string();
    /// assert!(error.ends_with(": there is no certificate in it"));
    /// # }
    /// # Ok(())
    /// # }
    /// ```
    pub fn client_certificate(
        mut self,
        certificate: impl Into<PathBuf>,
        key: impl Into<PathBuf>,
    ) -> Self {
        self.transport.client_certificate = Some(Named::new("client_certificate", certificate));
        self.transport.client_key = Some(Named::new("client_certificate", key));
        self
    }

    /// Returns what was set before, with what is set here in its place, and the
    /// first mistake.
    pub(super) fn over(
        self,
        earlier: Transport,
        error: Option<Error>,
    ) -> (Transport, Option<Error>) {
        (self.transport.or(earlier), error.or(self.error))
    }
}

impl From<&str> for Endpoint {
    fn from(url: &str) -> Self {
        Self::new(url)
    }
}

impl From<String> for Endpoint {
    fn from(url: String) -> Self {
        Self::new(url)
    }
}

impl From<&String> for Endpoint {
    fn from(url: &String) -> Self {
        Self::new(url)
    }
}
