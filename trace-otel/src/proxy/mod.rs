//! The proxy that a connection goes through, from the environment.
//!
//! The client's own reading of these variables is not used: it takes the proxy
//! for `https` for plain `http` too, and understands `NO_PROXY` in part.
//! Source: [curl's rules](https://everything.curl.dev/usingcurl/proxies/env.html).

mod exempt;

use self::exempt::is_exempt;
use crate::{
    error::Error,
    settings::{Address, Variables, decoded},
};

/// A proxy that is asked to `CONNECT`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProxyAddress {
    pub(crate) is_https: bool,
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) credentials: Option<(String, String)>,
}

impl ProxyAddress {
    /// Returns the proxy for an endpoint. A loopback address never has one.
    pub(crate) fn of(
        endpoint: &Address,
        variables: &mut Variables<'_>,
    ) -> Result<Option<Self>, Error> {
        let exempt = first(variables, &["no_proxy", "NO_PROXY"]).map(|(_, list)| list);
        let is_direct = exempt.is_some_and(|list| is_exempt(endpoint, &list));
        if is_direct || endpoint.is_loopback() {
            return Ok(None);
        }
        let names: &[&'static str] = if endpoint.is_https {
            &["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"]
        } else {
            &["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"]
        };
        first(variables, names).map(|(name, text)| Self::parse(name, &text)).transpose()
    }

    fn parse(name: &'static str, text: &str) -> Result<Self, Error> {
        let url = if text.contains("://") { text.to_owned() } else { format!("http://{text}") };
        if url.get(..5).is_some_and(|scheme| scheme.eq_ignore_ascii_case("socks")) {
            return Err(Error::new(name, "SOCKS proxies are not supported, use one for HTTP"));
        }
        let endpoint = Address::parse(name, &url)?;
        let credentials = endpoint.credentials.as_deref().map(|text| {
            let (user, password) = text.split_once(':').unwrap_or((text, ""));
            (decoded(user).0, decoded(password).0)
        });
        let port = endpoint.port.unwrap_or(if endpoint.is_https { 443 } else { 80 });
        Ok(Self { is_https: endpoint.is_https, host: endpoint.host, port, credentials })
    }
}

/// Returns the first of these variables that is set.
fn first(variables: &mut Variables<'_>, names: &[&'static str]) -> Option<(&'static str, String)> {
    names.iter().find_map(|name| Some((*name, variables.text(name)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy_of(url: &str, set: &[(&str, &str)]) -> Result<Option<String>, String> {
        let read = |name: &str| {
            set.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).into())
        };
        let endpoint = Address::parse("endpoint", url).unwrap();
        let proxy = ProxyAddress::of(&endpoint, &mut Variables::new(&read));
        let shown = |it: ProxyAddress| {
            let user = it.credentials.map(|(user, password)| format!("{user}:{password}@"));
            format!("{}{}:{}", user.unwrap_or_default(), it.host, it.port)
        };
        proxy.map(|proxy| proxy.map(shown)).map_err(|error| error.to_string())
    }

    #[test]
    fn the_scheme_decides_which_variable_counts() {
        let set = [("http_proxy", "http://plain:1"), ("HTTPS_PROXY", "secure:2")];
        assert_eq!(proxy_of("http://collector/", &set), Ok(Some("plain:1".to_owned())));
        assert_eq!(proxy_of("https://collector/", &set), Ok(Some("secure:2".to_owned())));
        assert_eq!(proxy_of("https://collector/", &set[..1]), Ok(None));
        let all = [("ALL_PROXY", "http://u%40x:p%3A@all")];
        assert_eq!(proxy_of("http://collector/", &all), Ok(Some("u@x:p:@all:80".to_owned())));
    }

    #[test]
    fn a_loopback_address_has_no_proxy() {
        let set = [("http_proxy", "http://proxy:1"), ("HTTP_PROXY", "http://proxy:1")];
        for host in ["127.0.0.1:4318", "127.9.9.9", "[::1]:4318", "localhost:4318", "LOCALHOST"] {
            assert_eq!(proxy_of(&format!("http://{host}/"), &set), Ok(None), "{host}");
        }
    }

    #[test]
    fn a_socks_proxy_is_refused_by_name() {
        let refused = proxy_of("http://collector/", &[("all_proxy", "socks5h://proxy:1080")]);
        let expected = "all_proxy: SOCKS proxies are not supported, use one for HTTP";
        assert_eq!(refused, Err(expected.to_owned()));
    }
}
