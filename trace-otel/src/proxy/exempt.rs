//! `NO_PROXY`: names, domains, addresses and networks that are reached directly.

use std::net::IpAddr;

use crate::settings::Address;

/// Returns whether an entry of the list covers the endpoint. Entries are
/// separated by commas or blanks.
pub(super) fn is_exempt(endpoint: &Address, list: &str) -> bool {
    let mut entries = list.split([',', ' ', '\t']).filter(|entry| !entry.is_empty());
    entries.any(|entry| covers(entry, endpoint))
}

fn covers(entry: &str, endpoint: &Address) -> bool {
    if entry == "*" {
        return true;
    }
    let (host, port) = split_port(entry);
    let is_port = port.is_none_or(|port| port == endpoint.port_or_default());
    is_port && (is_domain(host, &endpoint.host) || is_network(host, &endpoint.host))
}

/// Takes `host:port` apart. An IPv6 address has a port only behind brackets.
fn split_port(entry: &str) -> (&str, Option<u16>) {
    if let Some(rest) = entry.strip_prefix('[') {
        let (host, port) = rest.split_once(']').unwrap_or((rest, ""));
        return (host, port.strip_prefix(':').and_then(|port| port.parse().ok()));
    }
    match entry.split_once(':') {
        Some((host, port)) if !port.contains(':') => match port.parse() {
            Ok(port) => (host, Some(port)),
            Err(_) => (entry, None),
        },
        Some(_) | None => (entry, None),
    }
}

/// Returns whether a host is this domain or below it; a dot or `*.` in front of
/// the domain says nothing else.
fn is_domain(domain: &str, host: &str) -> bool {
    let domain = domain.strip_prefix('*').unwrap_or(domain);
    let domain = domain.strip_prefix('.').unwrap_or(domain);
    let Some(start) = host.len().checked_sub(domain.len()) else { return false };
    let is_end = host.get(start..).is_some_and(|end| end.eq_ignore_ascii_case(domain));
    !domain.is_empty() && is_end && (start == 0 || host.as_bytes()[start - 1] == b'.')
}

/// Returns whether a host is this address, or in this network: `10.0.0.0/8`.
fn is_network(network: &str, host: &str) -> bool {
    let (base, bits) = network.split_once('/').unwrap_or((network, "128"));
    let (Ok(base), Ok(host), Ok(bits)) = (base.parse(), host.parse(), bits.parse()) else {
        return false;
    };
    match (base, host) {
        (IpAddr::V4(base), IpAddr::V4(host)) => {
            is_prefix(base.to_bits().into(), host.to_bits().into(), 32, bits)
        }
        (IpAddr::V6(base), IpAddr::V6(host)) => {
            is_prefix(base.to_bits(), host.to_bits(), 128, bits)
        }
        (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
    }
}

/// Returns whether the first bits of two addresses of this width are the same.
fn is_prefix(base: u128, host: u128, width: u32, bits: u32) -> bool {
    let rest = width.saturating_sub(bits);
    rest == 128 || base >> rest == host >> rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_domains_addresses_networks_and_ports_are_understood() {
        for (list, url, expected) in [
            ("*", "http://anything/", true),
            ("", "http://anything/", false),
            ("collector", "http://collector:4318/", true),
            ("COLLECTOR.test", "http://collector.TEST/", true),
            (".test", "http://collector.test/", true),
            ("*.test", "http://collector.test/", true),
            ("test", "http://collector.test/", true),
            ("est", "http://collector.test/", false),
            ("a.test , b.test", "http://b.test/", true),
            ("a.test b.test", "http://b.test/", true),
            ("collector.test:4318", "http://collector.test:4318/", true),
            ("collector.test:4318", "http://collector.test:4319/", false),
            ("collector.test:80", "http://collector.test/", true),
            ("10.1.2.3", "http://10.1.2.3/", true),
            ("10.0.0.0/8", "http://10.1.2.3/", true),
            ("10.0.0.0/8", "http://11.1.2.3/", false),
            ("0.0.0.0/0", "http://11.1.2.3/", true),
            ("::/0", "http://[fd00::1]/", true),
            ("fd00::/8", "http://[fd00::1]:4318/", true),
            ("[fd00::1]:4318", "http://[fd00::1]:4318/", true),
            ("fd00::1", "http://[fd00::2]/", false),
            ("10.0.0.0/99", "http://10.0.0.0/", true),
        ] {
            let endpoint = Address::parse("endpoint", url).unwrap();
            assert_eq!(is_exempt(&endpoint, list), expected, "{list:?} {url}");
        }
    }
}
