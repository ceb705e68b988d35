//! The two parts of what a call goes to: `stock:8080`, `[::1]:8080`.

/// Returns the host, an IPv6 address in its brackets, and the port. What has no
/// such form is a host as it stands.
pub(super) fn split(server: &str) -> (&str, Option<u16>) {
    let Some((host, port)) = server.rsplit_once(':') else { return (server, None) };
    // An address of IPv6 without brackets has more colons.
    let is_host = !host.is_empty() && (host.ends_with(']') || !host.contains(':'));
    // `parse` takes a plus sign.
    let is_number = port.bytes().all(|byte| byte.is_ascii_digit());
    match port.parse() {
        Ok(port) if is_host && is_number => (host, Some(port)),
        _ => (server, None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_and_an_address_are_split_from_their_port() {
        for (server, host, port) in [
            ("stock", "stock", None),
            ("stock:8080", "stock", Some(8080)),
            ("10.1.2.80:80", "10.1.2.80", Some(80)),
            ("[::1]", "[::1]", None),
            ("[2001:db8::7]:443", "[2001:db8::7]", Some(443)),
        ] {
            assert_eq!(split(server), (host, port), "{server}");
        }
    }

    #[test]
    fn what_is_no_port_stays_a_part_of_the_host() {
        for server in [
            "",
            ":8080",
            "::1",
            "2001:db8::7",
            "stock:",
            "stock:65536",
            "stock:http",
            "stock:+80",
            "stock:80:80",
            "[::1]:",
            "[::1]:+80",
            "[::1",
        ] {
            assert_eq!(split(server), (server, None), "{server}");
        }
    }
}
