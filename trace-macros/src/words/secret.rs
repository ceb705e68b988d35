//! Recognises a key whose value is probably a secret.
//!
//! Only the whole last segment counts: `user.password` is one, `token_count`
//! and `author` are not. The value of such a field must be wrapped in `Secret`
//! or `Public`, which its type proves, so the choice to hide or to show it is
//! written where it is logged.

/// The names of secrets.
const NAMES: &[&str] =
    &["password", "passwd", "secret", "token", "authorization", "cookie", "api_key", "private_key"];

/// Returns whether `key` names a secret, in upper or lower case.
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
