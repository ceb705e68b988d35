//! What an answer of the receiver means for a batch.
//!
//! Source: [OTLP/HTTP response](https://opentelemetry.io/docs/specs/otlp/#otlphttp-response).

mod date;
mod partial;
mod said;

use std::time::{Duration, SystemTime};

pub(crate) use self::partial::Partial;

/// What comes next for a batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// It was accepted, but for what is said here.
    Taken(Partial),
    /// It is sent again, not before this wait has passed if one was asked for.
    Again { reason: String, asked: Option<Duration> },
    /// It is too large, and sent again in two halves.
    Halves { reason: String },
    /// It will never be accepted.
    Refused { reason: String },
}

/// The head of an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Answer<'a> {
    pub(crate) status: u16,
    pub(crate) retry_after: Option<&'a str>,
    pub(crate) content_type: Option<&'a str>,
}

impl Answer<'_> {
    /// Returns what comes next. `body` is read where it says something.
    pub(crate) fn next(&self, body: impl FnOnce() -> Vec<u8>) -> Next {
        match self.status {
            200..300 if self.is("text/html") => {
                Next::Refused { reason: format!("status {} with a page of HTML", self.status) }
            }
            200..300 => Next::Taken(self.partial(body)),
            429 | 502 | 503 | 504 => {
                Next::Again { reason: self.reason(body), asked: self.asked(SystemTime::now()) }
            }
            413 => Next::Halves { reason: self.reason(body) },
            _ => Next::Refused { reason: self.reason(body) },
        }
    }

    /// Returns the status, and what the receiver says in a form that is read.
    fn reason(&self, body: impl FnOnce() -> Vec<u8>) -> String {
        let said = if self.is("application/x-protobuf") {
            said::message(&body())
        } else if self.is("text/plain") || self.is("application/json") {
            partial::shortened(&body())
        } else {
            String::new()
        };
        let colon = if said.is_empty() { "" } else { ": " };
        format!("status {}{colon}{said}", self.status)
    }

    fn is(&self, content_type: &str) -> bool {
        let ours = self.content_type.unwrap_or_default();
        ours.get(..content_type.len()).is_some_and(|it| it.eq_ignore_ascii_case(content_type))
    }

    fn partial(&self, body: impl FnOnce() -> Vec<u8>) -> Partial {
        if self.is("application/x-protobuf") { Partial::read(&body()) } else { Partial::default() }
    }

    /// Returns the wait of `Retry-After` ([RFC 9110 §10.2.3]): seconds or a
    /// date. Anything else is as if it were not there.
    ///
    /// [RFC 9110 §10.2.3]: https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3
    fn asked(&self, now: SystemTime) -> Option<Duration> {
        let text = self.retry_after?.trim();
        if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(Duration::from_secs(text.parse().unwrap_or(u64::MAX)));
        }
        let at = SystemTime::UNIX_EPOCH + Duration::from_secs(date::unix_seconds(text)?);
        Some(at.duration_since(now).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next(status: u16, retry_after: Option<&str>) -> Next {
        Answer { status, retry_after, content_type: None }.next(Vec::new)
    }

    #[test]
    fn four_statuses_are_tried_again_one_is_halved_and_no_other() {
        for status in 100..600 {
            let expected = match status {
                200..300 => "taken",
                429 | 502 | 503 | 504 => "again",
                413 => "halves",
                _ => "refused",
            };
            let actual = match next(status, None) {
                Next::Taken(_) => "taken",
                Next::Again { .. } => "again",
                Next::Halves { .. } => "halves",
                Next::Refused { .. } => "refused",
            };
            assert_eq!(actual, expected, "{status}");
        }
    }

    #[test]
    fn a_wait_is_asked_for_in_seconds_or_by_a_date() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_770);
        for (text, seconds) in [
            ("1", Some(1)),
            ("0", Some(0)),
            (" 3600 ", Some(3600)),
            ("99999999999999999999999", Some(u64::MAX)),
            ("Sun, 06 Nov 1994 08:49:37 GMT", Some(7)),
            ("Sun, 06 Nov 1994 08:49:00 GMT", Some(0)),
            ("soon", None),
            ("-1", None),
            ("1.5", None),
            ("", None),
        ] {
            let answer = Answer { status: 429, retry_after: Some(text), content_type: None };
            assert_eq!(answer.asked(now), seconds.map(Duration::from_secs), "{text}");
        }
    }

    #[test]
    fn what_a_receiver_says_of_a_failure_is_part_of_the_reason() {
        let reason = |content_type, body: &[u8]| {
            let answer = Answer { status: 401, retry_after: None, content_type };
            match answer.next(|| body.to_vec()) {
                Next::Refused { reason } => reason,
                other => format!("{other:?}"),
            }
        };
        assert_eq!(reason(Some("text/plain"), b"no such key\n"), "status 401: no such key");
        assert_eq!(reason(Some("application/json"), b"{\"a\":1}"), "status 401: {\"a\":1}");
        assert_eq!(reason(Some("application/x-protobuf"), b"\x12\x02no"), "status 401: no");
        assert_eq!(reason(Some("text/plain"), &[b'x'; 999]).len(), "status 401: ".len() + 300);
        for content_type in [Some("text/html"), Some("text/plain"), None] {
            assert_eq!(reason(content_type, b" "), "status 401");
        }
    }

    #[test]
    fn a_page_of_html_is_not_an_answer_of_a_collector() {
        let content_type = Some("Text/HTML; charset=utf-8");
        let answer = Answer { status: 200, retry_after: None, content_type };
        let reason = "status 200 with a page of HTML".to_owned();
        assert_eq!(answer.next(Vec::new), Next::Refused { reason });
    }
}
