//! Which id a request takes: one that came in, if it is acceptable, or a new
//! one.

use std::collections::HashSet;

use test_support::{capture, only};
use trace_runtime::{
    IntoTraceId, TraceId, info,
    propagation::{Incoming, extract},
    timed, trace_id, traced_handler,
};
use uuid::Uuid;

#[traced_handler(trace_id = id)]
async fn handler(id: impl IntoTraceId) -> String {
    info!("inside");
    trace_id().unwrap().to_string()
}

#[traced_handler]
async fn without() -> TraceId {
    trace_id().unwrap()
}

const HEX: &str = "4bf92f3577b34da6a3ce929d0e0e4736";

fn is_made(id: &str) -> bool {
    id.len() == 32
        && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
        && Uuid::try_parse(id).unwrap().get_version_num() == 4
}

#[tokio::test]
async fn an_id_of_any_type_is_taken_as_it_came() {
    let uuid = Uuid::try_parse(HEX).unwrap();
    let taken = TraceId::accept(b"req-7").unwrap();
    assert_eq!(handler("req-7").await, "req-7");
    assert_eq!(handler(&"req-7").await, "req-7");
    assert_eq!(handler("req-7".to_owned()).await, "req-7");
    assert_eq!(handler(&"req-7".to_owned()).await, "req-7");
    assert_eq!(handler(&b"req-7"[..]).await, "req-7");
    assert_eq!(handler(Some("req-7")).await, "req-7");
    assert_eq!(handler(&Some("req-7".to_owned())).await, "req-7");
    assert_eq!(handler(Some(Some("req-7"))).await, "req-7");
    assert_eq!(handler(&taken).await, "req-7");
    assert_eq!(handler(taken).await, "req-7");
    assert_eq!(handler(&uuid).await, HEX);
    assert_eq!(handler(uuid).await, HEX);
}

#[timed]
async fn step() {
    info!("inside a step");
}

/// A request that came in with a `traceparent` and a request id.
async fn lines_of(traceparent: &str, request_id: &str) -> Vec<serde_json::Value> {
    #[traced_handler(trace_id = incoming)]
    async fn handler(incoming: Incoming) {
        info!("inside");
        step().await;
    }
    let incoming = extract(|name| match name {
        "traceparent" => Some(traceparent),
        "x-request-id" => Some(request_id),
        _ => None,
    });
    let capture = capture();
    capture.scope(handler(incoming)).await;
    test_support::values(&capture)
}

#[tokio::test]
async fn an_id_of_another_origin_stands_on_every_line() {
    let lines = lines_of("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "req-7").await;
    assert_eq!(lines.len(), 4);
    for line in lines {
        assert_eq!((&line["trace_id"], &line["request_id"]), (&HEX.into(), &"req-7".into()));
        assert!(line.get("w3c_trace_id").is_none(), "{line}");
    }
}

#[tokio::test]
async fn an_id_that_a_traceparent_was_made_from_is_on_every_line() {
    let digits = "17d2b948ef605a07916a0d9aba3ee2c7";
    let lines = lines_of(&format!("00-{digits}-00f067aa0ba902b7-01"), "req-7").await;
    for line in &lines {
        assert_eq!((&line["trace_id"], line.get("request_id")), (&"req-7".into(), None));
        let is_request = line["kind"] == "request";
        let expected = is_request.then(|| digits.into());
        assert_eq!(line.get("w3c_trace_id"), expected.as_ref(), "on the request line alone");
    }
    assert_eq!(lines[3]["parent_span_id"], "00f067aa0ba902b7");
}

#[tokio::test]
async fn every_line_of_the_request_says_the_id_letter_for_letter() {
    for id in [
        "a",
        "Root=1-67891233-abcdef012345678912345678",
        "F058EBD6-02F7-4D3F-942E-904344E8CDE5",
        "0HMF3:00000001/eu.west_1+~@x=",
        HEX,
        "4BF92F3577B34DA6A3CE929D0E0E4736",
        &"x".repeat(128),
    ] {
        let capture = capture();
        assert_eq!(capture.scope(handler(id)).await, id);
        for line in test_support::values(&capture) {
            assert_eq!(line["trace_id"], id);
            assert!(line.get("request_id_rejected").is_none(), "{line}");
            assert!(line.get("request_id").is_none(), "{line}");
        }
    }
}

#[tokio::test]
async fn spaces_and_tabs_around_an_id_are_not_part_of_it() {
    assert_eq!(handler(" \t req-7\t ").await, "req-7");
}

#[tokio::test]
async fn without_an_id_a_random_uuid_is_made() {
    let made: HashSet<_> = {
        let mut made = HashSet::new();
        for _ in 0..1_000 {
            let id = without().await.to_string();
            assert!(is_made(&id), "{id}");
            made.insert(id);
        }
        made
    };
    assert_eq!(made.len(), 1_000);
    let none: Option<&str> = None;
    let capture = capture();
    assert!(is_made(&capture.scope(handler(none)).await));
    for line in test_support::values(&capture) {
        assert!(line.get("request_id_rejected").is_none(), "{line}");
    }
}

#[tokio::test]
async fn an_id_that_is_not_acceptable_is_replaced_and_seen_nowhere() {
    let long = "SEEN".repeat(33);
    let cases: [(&[u8], &str); 14] = [
        (b"", "empty"),
        (b" \t ", "empty"),
        (&[b'x'; 129], "too_long"),
        (long.as_bytes(), "too_long"),
        (b"SEEN SEEN", "charset"),
        (b"SEEN\r\nX-Evil: 1", "charset"),
        (b"SEEN\x1b[31m", "charset"),
        (b"SEEN\"", "charset"),
        (b"SEEN\\", "charset"),
        (b"SEEN<script>", "charset"),
        (b"SEEN,SEEN", "charset"),
        ("SEEN\u{2028}".as_bytes(), "charset"),
        (b"SEEN\xFF", "charset"),
        (b"SEEN\0", "charset"),
    ];
    for (id, reason) in cases {
        let capture = capture();
        let made = capture.scope(handler(id)).await;
        assert!(is_made(&made), "{made}");
        let [event, request] = test_support::values(&capture).try_into().unwrap();
        assert_eq!(request["request_id_rejected"], reason, "{request}");
        assert!(event.get("request_id_rejected").is_none(), "{event}");
        assert_eq!(request["trace_id"], made);
        for line in capture.lines() {
            assert!(!line.contains("SEEN") && !line.contains("xxxx"), "{line}");
        }
    }
}

#[tokio::test]
async fn a_refused_id_is_on_the_request_line_alone() {
    #[timed]
    fn step() {}
    #[traced_handler(trace_id = "not acceptable")]
    async fn handler() {
        step();
        async_step().await;
    }
    #[timed]
    async fn async_step() {}
    let capture = capture();
    capture.scope(handler()).await;
    let rejected: Vec<_> = test_support::values(&capture)
        .iter()
        .filter(|line| line.get("request_id_rejected").is_some())
        .map(|line| line["name"].clone())
        .collect();
    assert_eq!(rejected, ["handler"]);
}

#[tokio::test]
async fn a_refused_string_is_like_refused_bytes() {
    let capture = capture();
    assert!(is_made(&capture.scope(handler("ä".to_owned())).await));
    let request = test_support::closing(&capture, "handler");
    assert_eq!(request["request_id_rejected"], "charset");
}

#[tokio::test]
async fn the_nil_uuid_is_no_id() {
    let capture = capture();
    assert!(is_made(&capture.scope(handler(Uuid::nil())).await));
    let request = test_support::closing(&capture, "handler");
    assert_eq!(request["request_id_rejected"], "empty");
}

#[tokio::test]
async fn the_expression_sees_the_arguments_and_is_evaluated_once() {
    #[traced_handler(trace_id = next(calls, prefix))]
    async fn handler(calls: &mut u32, prefix: &str) -> u32 {
        assert_eq!(prefix, "req");
        *calls
    }
    fn next(calls: &mut u32, prefix: &str) -> String {
        *calls += 1;
        assert!(trace_id().is_none(), "evaluated before the scope is open");
        format!("{prefix}-{calls}")
    }
    let capture = capture();
    let mut calls = 0;
    assert_eq!(capture.scope(handler(&mut calls, "req")).await, 1);
    assert_eq!(only(&capture)["trace_id"], "req-1");
}

#[tokio::test]
async fn the_id_is_the_callers_even_where_no_line_is_written() {
    assert_eq!(handler("req-9").await, "req-9");
}

#[tokio::test]
async fn span_ids_are_sixteen_hexadecimal_digits() {
    let capture = capture();
    capture.scope(handler("req-7")).await;
    for line in test_support::values(&capture) {
        let id = line["span_id"].as_str().unwrap().to_owned();
        assert_eq!(id.len(), 16, "{line}");
        assert!(id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')), "{line}");
        assert_ne!(id, "0".repeat(16));
    }
}
