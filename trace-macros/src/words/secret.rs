//! Does a field's name say that its value is a secret?
//!
//! Judged by the last segment of the key, as a whole: `user.password` is one,
//! `token_count` and `author` are not. The value of such a field must be
//! wrapped, which the type system checks, so that the choice between hiding and
//! showing is written down where the value is logged.

/// Names whose values are not for everyone.
const NAMES: &[&str] =
    &["password", "passwd", "secret", "token", "authorization", "cookie", "api_key", "private_key"];

/// Whether `key` names a secret; as a header name would, in any case.
pub(crate) fn looks_secret(key: &str) -> bool {
    let name = key.rsplit('.').next().unwrap_or(key);
    NAMES.iter().any(|secret| secret.eq_ignore_ascii_case(name))
}

#[cfg(test)]
mod tests {
    use super::looks_secret;

    #[test]
    fn only_a_whole_last_segment_is_a_secret() {
        for key in ["password", "user.password", "http.request.Authorization"] {
            assert!(looks_secret(key), "{key}");
        }
        for key in ["token_count", "author", "password.length", "cookies"] {
            assert!(!looks_secret(key), "{key}");
        }
    }
}
