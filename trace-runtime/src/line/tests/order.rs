//! Which members a line has, and in which order.

use super::*;

#[test]
fn an_event_says_what_where_and_its_fields() {
    let callsite = event_callsite! {
        level: Info, target: "shop::http", message: ("said \"hi\""), keys: ["user_id", "http.route"]
    };
    let message = Message::Constant(callsite.facts.text.message.unwrap());
    let values = [42.to_value(), "/x".to_value()];
    assert_eq!(
        text(&event(callsite, message, Fields::Values(&values)), &Style::default()),
        concat!(
            r#"{"timestamp":"2026-11-22T03:00:09.143456Z","level":"INFO","message":"said \"hi\"","#,
            r#""target":"shop::http","user_id":42,"http.route":"/x"}"#,
            "\n"
        )
    );
}

#[test]
fn a_request_line_has_its_keys_in_order() {
    let callsite = callsite! {
        request, target: "shop::http", name: "get_messages", keys: ["user_id"]
    }
    .0;
    let (error, w3c) = (std::io::Error::other(Outer(Inner)), TraceId::generate());
    let verdict = Verdict { level: Level::Error, is_slow: true, is_wanted: true };
    let closing = Closing {
        outcome: Outcome::Error,
        start: Moment::of_nanos(0),
        end: Moment::of_nanos(2_003_250_000),
        now: Moment::of_nanos(2_003_250_000),
        busy_ns: Some(412_000),
        failure: Some(FailureRef::AtHand(&Failure {
            text: Some(ErrorText::Display(&error)),
            source: Error::source(&error),
        })),
        request: Some(&RequestSummary {
            kind: LineKind::Request,
            steps: &Totals::default(),
            rejected: Some(Rejected::Charset),
            detail: Some(Note::Dropped),
            detail_dropped: 7,
            w3c_trace_id: Some(w3c.clone()),
            exchange: Some(&Exchange {
                method: "GET",
                route: Some("/users/{id}"),
                path: "/users/42\"",
                response: Response {
                    status: Some(500),
                    grpc_status: Some(13),
                    ttfb_ns: Some(2_001_000_000),
                    is_stream: false,
                },
            }),
        }),
    };
    let other = TraceId::accept(b"req-2").unwrap();
    let ids = Ids { request: Some(&other), ..ids(true) };
    let record = Record {
        time: TIME,
        level: Level::Error,
        ids: Some(ids),
        origin: Origin::Callsite(callsite),
        what: What::Closing(&closing, verdict),
        fields: Fields::Encoded(b",\"user_id\":42", false),
        carried: None,
        around: None,
    };
    assert_eq!(
        masked(&text(&record, &Style::default()), &ids).replace(&w3c.to_string(), "W3C"),
        concat!(
            r#"{"timestamp":"2026-11-22T03:00:09.143456Z","level":"ERROR","#,
            r#""message":"Request processed","trace_id":"req-1","span_id":"SPAN","#,
            r#""parent_span_id":"PARENT","request_id":"req-2","w3c_trace_id":"W3C","#,
            r#""target":"shop::http","kind":"request","#,
            r#""name":"get_messages","outcome":"error","duration_ms":2003.25,"busy_ms":0.412,"#,
            r#""error":"outer","error_chain":["inner"],"slow":true,"#,
            r#""detail":"dropped","detail_dropped":7,"#,
            r#""request_id_rejected":"charset","method":"GET","route":"/users/{id}","#,
            r#""path":"/users/42\"","status":500,"grpc_status":13,"ttfb_ms":2001.0,"user_id":42}"#,
            "\n"
        )
    );
}

/// An error with a cause.
pub(super) fn outer() -> impl Error + Send + Sync {
    Outer(Inner)
}

#[derive(Debug)]
struct Outer(Inner);

#[derive(Debug)]
struct Inner;

impl fmt::Display for Outer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("outer")
    }
}

impl fmt::Display for Inner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("inner")
    }
}

impl Error for Inner {}

impl Error for Outer {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

#[test]
fn a_chain_of_causes_ends_after_eight_even_if_it_is_a_circle() {
    #[derive(Debug)]
    struct Circle;
    impl fmt::Display for Circle {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("again")
        }
    }
    impl Error for Circle {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&Circle)
        }
    }
    let style = Style::default();
    let mut line = Encoder::new(Cursor::default(), &style, 0);
    line.causes(keys::ERROR_CHAIN.as_bytes(), &Circle);
    let expected = format!(",\"error_chain\":[{}]", ["\"again\""; 8].join(","));
    assert_eq!(line.to.text(), expected.as_bytes());
}

#[test]
fn file_and_line_are_said_when_asked_for() {
    let style = Style { location: true, ..Style::default() };
    let callsite = event_callsite! { level: Info, target: "t", message: "m", keys: [] };
    let line = text(&event(callsite, Message::Constant(M), Fields::Values(&[])), &style);
    let map = parse(&line, Limits::default());
    assert!(map["file"].as_str().unwrap().ends_with("order.rs"));
    assert!(map["line"].as_u64().unwrap() > 0);
}

#[test]
fn a_line_says_where_its_parts_stand() {
    let callsite = callsite! { step, target: "t", name: "n" }.0;
    let inner = std::io::Error::other(Outer(Inner));
    let failure = Failure::of_error(&inner);
    let closing = Closing {
        outcome: Outcome::Error,
        failure: Some(FailureRef::AtHand(&failure)),
        ..ended(7, None)
    };
    let record = closed(callsite, &closing, None, br#","rows":3"#);
    let line = super::write(Cursor::default(), &record, &Style::default());
    let part = |at: &Range<usize>| std::str::from_utf8(&line.text.text()[at.clone()]).unwrap();
    assert_eq!(part(&line.parts.message), "");
    assert_eq!(part(&line.parts.failure), r#","error":"outer","error_chain":["inner"]"#);
    assert_eq!(part(&line.parts.fields), r#","rows":3"#);

    let callsite = event_callsite! { level: Info, target: "t", message: "m", keys: ["id"] };
    let values = [7.to_value()];
    let record = event(callsite, Message::Constant(M), Fields::Values(&values));
    let line = super::write(Cursor::default(), &record, &Style::default());
    let part = |at: &Range<usize>| std::str::from_utf8(&line.text.text()[at.clone()]).unwrap();
    assert_eq!(part(&line.parts.message), M);
    assert_eq!((part(&line.parts.failure), part(&line.parts.fields)), ("", r#","id":7"#));
}
