//! The way of one signal's requests.

use std::{path::PathBuf, time::Duration};

use crate::{
    error::Error,
    proxy::ProxyAddress,
    settings::{Address, Compression, Headers, Named, Transport, Variables, check_header},
};

/// All that is needed to send a request.
#[derive(Clone, Debug)]
#[cfg_attr(not(feature = "tls"), expect(dead_code, reason = "only `tls` reads certificates"))]
pub(crate) struct Route {
    pub(crate) signal: &'static str,
    pub(crate) url: String,
    /// The URL without user and query, for lines.
    pub(crate) shown: String,
    pub(crate) is_https: bool,
    pub(crate) headers: Headers,
    pub(crate) timeout: Duration,
    /// How long a batch is tried again.
    pub(crate) give_up: Duration,
    pub(crate) is_gzip: bool,
    pub(crate) proxy: Option<ProxyAddress>,
    /// The roots, if they are not the platform's.
    pub(crate) certificate: Option<Named<PathBuf>>,
    pub(crate) client: Option<ClientFiles>,
}

/// What shows the receiver which client asks.
#[derive(Clone, Debug)]
#[cfg_attr(
    not(any(test, feature = "tls")),
    expect(dead_code, reason = "only `tls` and tests read them")
)]
pub(crate) struct ClientFiles {
    pub(crate) certificate: Named<PathBuf>,
    pub(crate) key: Named<PathBuf>,
}

const DEFAULT: &str = "http://localhost:4318";

/// Puts a route together. A base is joined with `path`; an endpoint of the
/// signal's own is taken as it is.
pub(super) fn route_of(
    signal: &'static str,
    path: &str,
    transport: Transport,
    is_own: bool,
    variables: &mut Variables<'_>,
) -> Result<Route, Error> {
    let default = || Named::new("default", DEFAULT);
    let Named { setting, value: url } = transport.endpoint.unwrap_or_else(default);
    let base = Address::parse(&setting, &url)?;
    warn_of_mistakes(&setting, &base, is_own, variables);
    let endpoint = if is_own { base } else { base.below(path) };
    let mut headers = transport.headers.unwrap_or_default();
    let has_authorization = headers.iter().any(|(name, _)| name == "authorization");
    if let (Some(value), false) = (endpoint.authorization(), has_authorization) {
        let header = check_header("authorization", &value);
        headers.push(header.map_err(|reason| Error::new(&setting, reason))?);
    }
    Ok(Route {
        signal,
        url: endpoint.url(),
        shown: endpoint.shown(),
        is_https: endpoint.is_https,
        headers,
        timeout: transport.timeout.unwrap_or(Duration::from_secs(10)),
        give_up: Duration::ZERO,
        is_gzip: gzip(transport.compression)?,
        proxy: ProxyAddress::of(&endpoint, variables)?,
        certificate: transport.certificate,
        client: client_files(transport.client_certificate, transport.client_key)?,
    })
}

fn warn_of_mistakes(
    setting: &str,
    endpoint: &Address,
    is_own: bool,
    variables: &mut Variables<'_>,
) {
    let mut warn = |reason: &'static str| {
        let is_known = variables.unused.iter().any(|it| it.variable == setting);
        if !is_known {
            variables.refuse(setting, reason);
        }
    };
    if endpoint.port == Some(4317) {
        warn("port 4317 is for gRPC, a collector listens for HTTP on 4318");
    }
    let paths = ["/v1/traces", "/v1/logs", "/v1/metrics"];
    if !is_own && paths.iter().any(|path| endpoint.ends_in(path)) {
        warn("it is a base, and gets the path of each signal appended");
    }
}

/// Returns the files of the client, neither or both: with one of them alone, a
/// receiver that asks for a certificate would refuse each connection.
fn client_files(
    certificate: Option<Named<PathBuf>>,
    key: Option<Named<PathBuf>>,
) -> Result<Option<ClientFiles>, Error> {
    match (certificate, key) {
        (Some(certificate), Some(key)) => Ok(Some(ClientFiles { certificate, key })),
        (None, None) => Ok(None),
        (Some(it), None) => Err(half(&it.setting, ["CLIENT_CERTIFICATE", "CLIENT_KEY"])),
        (None, Some(it)) => Err(half(&it.setting, ["CLIENT_KEY", "CLIENT_CERTIFICATE"])),
    }
}

/// Only variables can be set one by one.
fn half(variable: &str, [set, missing]: [&str; 2]) -> Error {
    let missing = variable.replace(set, missing);
    Error::new(variable, format!("a certificate and its key go together; set `{missing}`, too"))
}

fn gzip(compression: Option<Compression>) -> Result<bool, Error> {
    let is_gzip = compression == Some(Compression::Gzip);
    if is_gzip && cfg!(not(feature = "gzip")) {
        return Err(Error::new("compression", "`gzip` needs the feature `gzip` of trace-otel"));
    }
    Ok(is_gzip)
}

/// Refuses what would be sent as plain text although it must not.
pub(super) fn check_tls(route: &Route) -> Result<(), Error> {
    if route.is_https && cfg!(not(feature = "tls")) {
        return Err(Error::new("endpoint", "`https` needs the feature `tls` of trace-otel"));
    }
    Ok(())
}
