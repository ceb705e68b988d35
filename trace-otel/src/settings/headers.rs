//! Headers that each request carries.

use ureq::http::{HeaderName, HeaderValue};

use super::{pairs::Pairs, variables::Variables};

/// Names and values; no name stands here twice, whatever its case.
pub(crate) type Headers = Vec<(HeaderName, HeaderValue)>;

/// What the exporter sets itself.
const OURS: [&str; 5] =
    ["content-type", "content-length", "content-encoding", "host", "transfer-encoding"];

/// Checks a header. The value is marked as sensitive.
pub(crate) fn check_header(
    name: &str,
    value: &str,
) -> Result<(HeaderName, HeaderValue), &'static str> {
    let name = name.parse::<HeaderName>().map_err(|_| "the name of a header is not allowed")?;
    if OURS.contains(&name.as_str()) {
        return Err("a header is one that the exporter sets itself");
    }
    let mut value =
        value.parse::<HeaderValue>().map_err(|_| "the value of a header is not allowed")?;
    value.set_sensitive(true);
    Ok((name, value))
}

/// Reads the headers of a variable. What cannot be sent is left out and noted.
pub(super) fn from_variable(variables: &mut Variables<'_>, name: &str) -> Option<Headers> {
    let pairs = Pairs::parse(&variables.text(name)?);
    let mut reason = (!pairs.is_sound).then_some("a part is malformed");
    let mut headers = Headers::new();
    for (key, value) in &pairs.pairs {
        match check_header(key, value) {
            Ok(header) => set(&mut headers, header),
            Err(refused) => reason = Some(refused),
        }
    }
    if let Some(reason) = reason {
        variables.refuse(name, reason);
    }
    Some(headers)
}

/// Sets a header, in the place of one of the same name.
pub(super) fn set(headers: &mut Headers, header: (HeaderName, HeaderValue)) {
    headers.retain(|(name, _)| *name != header.0);
    headers.push(header);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(list: &str) -> (String, usize) {
        let value = |_: &str| Some(list.into());
        let mut variables = Variables::new(&value);
        let headers = from_variable(&mut variables, "H").unwrap();
        let shown: Vec<_> = headers
            .iter()
            .map(|(name, value)| format!("{name}={}", value.to_str().unwrap()))
            .collect();
        (shown.join("|"), variables.unused.len())
    }

    #[test]
    fn headers_are_whole_and_each_stands_there_once() {
        for (list, expected, unused) in [
            (
                "authorization=Basic dXNlcjpwYXNzdw==, x-team = blue ,x-note=a%2Cb%20c,x-share=50%",
                "authorization=Basic dXNlcjpwYXNzdw==|x-team=blue|x-note=a,b c|x-share=50%",
                1,
            ),
            ("X-Team=a,x-team=b", "x-team=b", 0),
            ("x-a=1,content-type=text/plain", "x-a=1", 1),
            ("x-a=1%0d%0ax-b: 2,x y=3", "", 1),
        ] {
            assert_eq!(read(list), (expected.to_owned(), unused), "{list}");
        }
    }

    #[test]
    fn a_value_is_not_shown() {
        let (_, value) = check_header("authorization", "Basic secret").unwrap();
        assert_eq!(format!("{value:?}"), "Sensitive");
    }
}
