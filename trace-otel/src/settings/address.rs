//! The address of a receiver.

use std::net::IpAddr;

use ureq::http::Uri;

use super::percent::decoded;
use crate::error::Error;

/// An address over HTTP, taken apart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Address {
    pub(crate) is_https: bool,
    /// Without brackets.
    pub(crate) host: String,
    pub(crate) port: Option<u16>,
    /// From its slash on; may be empty.
    path: String,
    /// From its question mark on.
    query: String,
    /// User and password, still encoded.
    pub(crate) credentials: Option<String>,
}

const NOT_A_URL: &str = "not a URL with `http://` or `https://`, such as `http://localhost:4318`";

impl Address {
    /// Reads a URL. The error does not show it: there may be a password in it.
    pub(crate) fn parse(setting: &str, url: &str) -> Result<Self, Error> {
        let refused = || Error::new(setting, NOT_A_URL);
        let (scheme, rest) = url.trim().split_once("://").ok_or_else(refused)?;
        let is_https = scheme.eq_ignore_ascii_case("https");
        if !is_https && !scheme.eq_ignore_ascii_case("http") {
            return Err(refused());
        }
        let rest = rest.split('#').next().unwrap_or_default();
        let (rest, query) = rest.split_at(rest.find('?').unwrap_or(rest.len()));
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (credentials, address) = match authority.rsplit_once('@') {
            Some((credentials, address)) => (Some(credentials.to_owned()), address),
            None => (None, authority),
        };
        let (host, port) = host_and_port(address).ok_or_else(refused)?;
        let (path, query) = (path.to_owned(), query.to_owned());
        let endpoint = Self { is_https, host, port, path, query, credentials };
        match endpoint.url().parse::<Uri>() {
            Ok(_) => Ok(endpoint),
            Err(_) => Err(refused()),
        }
    }

    /// Returns the address below a base: joined with one slash.
    pub(crate) fn below(mut self, path: &str) -> Self {
        self.path = format!("{}{path}", self.path.trim_end_matches('/'));
        self
    }

    pub(crate) fn ends_in(&self, path: &str) -> bool {
        self.path.trim_end_matches('/').ends_with(path)
    }

    /// Returns what is requested.
    pub(crate) fn url(&self) -> String {
        format!("{}{}", self.shown(), self.query)
    }

    /// Returns what may be shown: no user, no password, no query.
    pub(crate) fn shown(&self) -> String {
        let scheme = if self.is_https { "https" } else { "http" };
        let brackets = if self.host.contains(':') { ("[", "]") } else { ("", "") };
        let port = self.port.map(|port| format!(":{port}")).unwrap_or_default();
        let path = if self.path.is_empty() { "/" } else { &self.path };
        format!("{scheme}://{}{}{}{port}{path}", brackets.0, self.host, brackets.1)
    }

    pub(crate) fn port_or_default(&self) -> u16 {
        self.port.unwrap_or(if self.is_https { 443 } else { 80 })
    }

    pub(crate) fn is_loopback(&self) -> bool {
        let is_address = self.host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        is_address || self.host.eq_ignore_ascii_case("localhost")
    }

    /// Returns the value of `authorization` for the user in the URL, if there is
    /// one (RFC 7617).
    pub(crate) fn authorization(&self) -> Option<String> {
        let credentials = self.credentials.as_deref()?;
        let (user, password) = credentials.split_once(':').unwrap_or((credentials, ""));
        let plain = format!("{}:{}", decoded(user).0, decoded(password).0);
        Some(format!("Basic {}", base64(plain.as_bytes())))
    }
}

fn host_and_port(address: &str) -> Option<(String, Option<u16>)> {
    let (host, port) = match address.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']')?;
            host.parse::<std::net::Ipv6Addr>().ok()?;
            (host, port)
        }
        None => address.split_at(address.find(':').unwrap_or(address.len())),
    };
    let is_name = |c: char| c.is_alphanumeric() || "-._~:".contains(c);
    if host.is_empty() || !host.chars().all(is_name) {
        return None;
    }
    let port = match port.strip_prefix(':') {
        Some(digits) => Some(digits.parse().ok()?),
        None if port.is_empty() => None,
        None => return None,
    };
    Some((host.to_owned(), port))
}

/// Encodes bytes in base64 (RFC 4648 §4).
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for three in bytes.chunks(3) {
        let mut bits = [0; 4];
        bits[1..=three.len()].copy_from_slice(three);
        let bits = u32::from_be_bytes(bits);
        for digit in 0..4 {
            let index = bits >> (18 - 6 * digit) & 0x3F;
            let is_padding = digit > three.len();
            text.push(if is_padding { '=' } else { DIGITS[index as usize].into() });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(url: &str) -> Address {
        Address::parse("endpoint", url).unwrap()
    }

    #[test]
    fn a_base_is_joined_with_one_slash() {
        for (base, expected) in [
            ("http://h:4318", "http://h:4318/v1/traces"),
            ("http://h:4318/", "http://h:4318/v1/traces"),
            ("http://h/otlp/", "http://h/otlp/v1/traces"),
            ("HTTPS://h/v1/traces", "https://h/v1/traces/v1/traces"),
            ("http://[::1]:4318?key=1", "http://[::1]:4318/v1/traces?key=1"),
        ] {
            assert_eq!(parsed(base).below("/v1/traces").url(), expected, "{base}");
        }
        assert_eq!(parsed("http://h:1").url(), "http://h:1/");
        assert_eq!(parsed("http://h:1/ingest#x").url(), "http://h:1/ingest");
    }

    #[test]
    fn user_and_query_are_not_shown_and_the_user_is_decoded() {
        let endpoint = parsed("http://us%40er:p%3Aw@h:1/x?key=secret");
        assert_eq!(endpoint.shown(), "http://h:1/x");
        assert_eq!(endpoint.url(), "http://h:1/x?key=secret");
        assert_eq!(endpoint.authorization().unwrap(), format!("Basic {}", base64(b"us@er:p:w")));
    }

    #[test]
    fn what_is_not_a_url_over_http_is_refused_without_being_shown() {
        for url in [
            "collector.test:4318",
            "localhost:4318",
            "unix:///run/otel.sock",
            "http:localhost:4318",
            "http://",
            "http://:4318",
            "http://h:port",
            "http://h:99999",
            "http://ho st",
            "http://[::g]",
            "http://h/a b",
            "grpc://h:4317",
        ] {
            let error = Address::parse("VARIABLE", url).unwrap_err();
            assert_eq!(error.to_string(), format!("VARIABLE: {NOT_A_URL}"), "{url}");
        }
    }

    #[test]
    fn base64_is_as_in_rfc_4648() {
        for (plain, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("user:passw", "dXNlcjpwYXNzdw=="),
        ] {
            assert_eq!(base64(plain.as_bytes()), text);
        }
    }
}
