//! Fields keep their types, and no key stands twice.

use std::{error::Error, fmt, io};

use tracing::{field, info, info_span};

use crate::{capture, doubled, lines, named, request};

#[derive(Debug)]
struct Outer(io::Error);

impl fmt::Display for Outer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("outer")
    }
}

impl Error for Outer {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

#[test]
fn values_keep_their_types_in_events_and_spans() {
    let error = Outer(io::Error::other("disk gone"));
    let error = &error as &(dyn Error + 'static);
    let lines = lines(|| {
        macro_rules! log {
            ($log:ident!($($first:tt)*)) => {
                $log!(
                    $($first)* bool = true, small = 1_u8, signed = -1_i64, large = u64::MAX,
                    huge = u128::MAX, double = 0.1, text = "a \"b\"", shown = %7, debugged = ?Some(7),
                    e = error, none = None::<u32>, some = Some(3), empty = field::Empty,
                    bytes = &b"ab\xff"[..], r#type = 1, a.b = 2, "a b" = 3, "a\"b" = 4,
                )
            };
        }
        log!(info!(message = "event",));
        drop(log!(info_span!("span",)));
    });
    for name in ["event", "span"] {
        let line = named(&lines, name);
        for (key, expected) in [
            ("bool", "true"),
            ("small", "1"),
            ("signed", "-1"),
            ("large", "\"18446744073709551615\""),
            ("huge", "\"340282366920938463463374607431768211455\""),
            ("double", "0.1"),
            ("text", r#""a \"b\"""#),
            ("shown", "\"7\""),
            ("debugged", "\"Some(7)\""),
            ("e", "\"outer\""),
            ("e_chain", r#"["disk gone"]"#),
            ("some", "3"),
            ("type", "1"),
            ("a.b", "2"),
            ("a b", "3"),
            ("a\"b", "4"),
        ] {
            assert_eq!(line[key].to_string(), expected, "{name}: {key}");
        }
        assert!(line.get("none").is_none() && line.get("empty").is_none(), "{line}");
    }
}

#[test]
fn keys_of_ours_give_way_and_no_key_stands_twice() {
    let capture = capture();
    capture.run(|| {
        request(|| {
            info!(level = 1, kind = 2, trace_id = 3, rows = 4, "m");
            let span = info_span!("span", name = 1, message = 2, user_id = 7, rows = field::Empty);
            span.in_scope(|| info!(user_id = 8, "inside"));
            for rows in 1..=3 {
                span.record("rows", rows);
            }
            span.record("user_id", 9);
        });
    });
    let lines = capture.values();
    assert!(capture.lines().iter().all(|line| doubled(line).is_none()), "{lines:#?}");
    let event = named(&lines, "m");
    assert_eq!((&event["level"], &event["field.level"]), (&"INFO".into(), &1.into()));
    assert_eq!((&event["field.kind"], &event["field.trace_id"]), (&2.into(), &3.into()));
    let span = named(&lines, "span");
    assert_eq!((&span["field.name"], &span["field.message"]), (&1.into(), &2.into()));
    assert_eq!((&span["rows"], &span["user_id"]), (&3.into(), &9.into()));
    assert_eq!(named(&lines, "inside")["user_id"], 8);
}

#[test]
fn fields_of_opentelemetry_rename_a_span_and_say_how_it_ended() {
    let lines = lines(|| {
        let span = info_span!(
            "HTTP request",
            otel.name = "GET",
            otel.kind = "client",
            otel.status_code = field::Empty,
            otel.status_message = field::Empty,
            otel.scope = "x",
        );
        span.record("otel.name", "GET /users");
        span.record("otel.status_code", "ERROR");
        span.record("otel.status_message", "timeout");
    });
    let line = named(&lines, "GET /users");
    assert_eq!((&line["outcome"], &line["error"]), (&"error".into(), &"timeout".into()));
    assert_eq!(line["otel.scope"], "x");
    let keys = ["otel.name", "otel.kind", "otel.status_code", "otel.status_message"];
    assert!(keys.iter().all(|key| line.get(key).is_none()), "{line}");
    assert_eq!(named(&lines, "request")["steps"][0]["name"], "GET /users");
}

#[test]
fn a_value_that_panics_leaves_a_mark_and_the_rest() {
    struct Panics;

    impl fmt::Debug for Panics {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("no")
        }
    }

    let lines = lines(|| {
        info!(before = 1, bad = ?Panics, after = 2, "event");
        drop(info_span!("span", before = 1, bad = ?Panics, otel.name = ?Panics, after = 2));
        info!("{:?}", Panics);
    });
    for name in ["event", "span"] {
        let line = named(&lines, name);
        assert_eq!((&line["before"], &line["bad"]), (&1.into(), &"<panicked>".into()));
        assert_eq!(line["after"], 2);
    }
    assert_eq!(lines[2]["message"], "<panicked>");
}
