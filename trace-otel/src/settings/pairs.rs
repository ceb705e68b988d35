//! Lists of `key=value`, separated by commas, with percent-encoded values: the
//! form of W3C Baggage, which `OTEL_EXPORTER_OTLP_HEADERS` and
//! `OTEL_RESOURCE_ATTRIBUTES` have.

use super::percent::decoded;

/// The pairs of a list, in its order.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Pairs {
    pub(super) pairs: Vec<(String, String)>,
    /// Whether all of the list was well formed.
    pub(super) is_sound: bool,
}

impl Pairs {
    /// Reads a list. A key is what stands before the first `=`. If a key is
    /// there twice, the last value counts.
    pub(super) fn parse(list: &str) -> Self {
        let mut pairs = Self { pairs: Vec::new(), is_sound: true };
        for entry in list.split(',').map(str::trim).filter(|entry| !entry.is_empty()) {
            match entry.split_once('=') {
                Some((key, value)) if !key.trim().is_empty() => pairs.add(key, value),
                Some(_) | None => pairs.is_sound = false,
            }
        }
        pairs
    }

    fn add(&mut self, key: &str, value: &str) {
        let ((key, is_key_sound), (value, is_value_sound)) =
            (decoded(key.trim()), decoded(value.trim()));
        self.is_sound &= is_key_sound && is_value_sound;
        set(&mut self.pairs, key, value);
    }
}

/// Sets the value of a key.
pub(super) fn set(pairs: &mut Vec<(String, String)>, key: String, value: String) {
    match pairs.iter_mut().find(|(known, _)| *known == key) {
        Some(known) => known.1 = value,
        None => pairs.push((key, value)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(list: &str) -> (String, bool) {
        let pairs = Pairs::parse(list);
        let shown: Vec<_> =
            pairs.pairs.iter().map(|(key, value)| format!("{key}={value}")).collect();
        (shown.join("|"), pairs.is_sound)
    }

    #[test]
    fn values_are_whole_and_decoded() {
        for (list, expected, is_sound) in [
            ("authorization=Basic dXNlcjpwYXNzdw==", "authorization=Basic dXNlcjpwYXNzdw==", true),
            ("env=prod, team=a%2Cb%3Dc,", "env=prod|team=a,b=c", true),
            (" a = 1 ,, b=", "a=1|b=", true),
            ("k=1,k=2", "k=2", true),
            ("k1=v1,k2=%ZZ", "k1=v1|k2=%ZZ", false),
            ("k1=v1,k2", "k1=v1", false),
            ("=v", "", false),
        ] {
            assert_eq!(read(list), (expected.to_owned(), is_sound), "{list}");
        }
    }
}
