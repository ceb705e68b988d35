//! Percent-encoding (RFC 3986 §2.1).

/// Returns the text with its escapes decoded, and whether all were well formed.
/// What is malformed stays as it is.
pub(crate) fn decoded(text: &str) -> (String, bool) {
    let (mut bytes, mut rest, mut is_sound) = (Vec::with_capacity(text.len()), text, true);
    while let Some(at) = rest.find('%') {
        bytes.extend_from_slice(&rest.as_bytes()[..at]);
        let escape = rest.get(at + 1..at + 3).and_then(byte);
        bytes.push(escape.unwrap_or(b'%'));
        is_sound &= escape.is_some();
        rest = &rest[at + if escape.is_some() { 3 } else { 1 }..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    match String::from_utf8(bytes) {
        Ok(decoded) => (decoded, is_sound),
        Err(_) => (text.to_owned(), false),
    }
}

fn byte(digits: &str) -> Option<u8> {
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    if is_hex { u8::from_str_radix(digits, 16).ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_decoded_and_what_is_malformed_stays() {
        for (text, expected, is_sound) in [
            ("a%2Cb%20c", "a,b c", true),
            ("%C3%a9", "é", true),
            ("50%", "50%", false),
            ("%ZZ", "%ZZ", false),
            ("%+1", "%+1", false),
            ("%é", "%é", false),
            ("%FF", "%FF", false),
            ("", "", true),
        ] {
            assert_eq!(decoded(text), (expected.to_owned(), is_sound), "{text}");
        }
    }
}
