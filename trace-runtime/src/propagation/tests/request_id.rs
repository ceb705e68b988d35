//! Request ids, alone and beside a `traceparent`.

use super::*;

#[test]
fn a_traceparent_that_was_made_from_the_request_id_is_the_same_id() {
    for (id, digits) in OF_ONE_ORIGIN {
        let parent = format!("00-{digits}-{PARENT}-02");
        let headers = [
            ("traceparent", parent.as_bytes()),
            ("tracestate", b"foo=1"),
            ("x-request-id", id.as_bytes()),
        ];
        let incoming = incoming(&headers);
        assert_eq!(incoming.trace_id().unwrap().to_string(), id);
        assert_eq!(incoming.parent().unwrap().parent_id().to_string(), PARENT);
        let inherited = incoming.into_inherited();
        assert_eq!(inherited.remote.request_id, None, "it does not stand beside itself");
        assert_eq!(inherited.remote.parent.unwrap().to_string(), PARENT);
        let sent = passed_on(&headers);
        assert_eq!((sent.trace_id(), sent.flags()), (digits, "02"));
        assert_eq!((sent.request_id.as_str(), sent.tracestate.as_deref()), (id, Some("foo=1")));
    }
}

#[test]
fn a_request_id_beside_a_traceparent_is_kept_and_passed_on() {
    let both = [("traceparent", VALID.as_bytes()), ("X-Request-ID", b"req-7")];
    let came = incoming(&both);
    assert_eq!(came.trace_id().unwrap().to_string(), TRACE);
    assert_eq!(came.request_id().unwrap().to_string(), "req-7");
    let sent = passed_on(&both);
    assert_eq!((sent.trace_id(), sent.request_id.as_str()), (TRACE, "req-7"));
}

#[test]
fn a_request_id_alone_is_the_id_of_the_trace() {
    let sent = passed_on(&[("x-request-id", b" req-7\t")]);
    let id = TraceId::accept(b"req-7").unwrap();
    assert_eq!(sent.request_id, "req-7");
    assert_eq!(sent.trace_id(), TraceId::from_bytes(id.to_bytes()).to_string());
    assert_eq!(sent.flags(), "01");
}

#[test]
fn the_first_request_id_header_that_is_there_decides() {
    let both: Lines<'_> = &[("x-correlation-id", b"second"), ("x-request-id", b"first")];
    assert_eq!(incoming(both).request_id().unwrap().to_string(), "first");
    assert_eq!(incoming(&both[..1]).request_id().unwrap().to_string(), "second");
    let refused: Lines<'_> = &[("x-correlation-id", b"second"), ("x-request-id", b"two words")];
    assert_eq!(incoming(refused).rejected(), Some(Rejected::Charset));
    let extractor = Extractor::default().request_id_headers(["X-My-Id"]);
    let mine: Lines<'_> = &[("x-my-id", b"mine"), ("x-request-id", b"first")];
    assert_eq!(extracted(&extractor, mine).request_id().unwrap().to_string(), "mine");
}

#[test]
fn a_request_id_that_is_refused_is_sent_nowhere() {
    let long = [b'x'; 129];
    let cases: [(Lines<'_>, Rejected); 8] = [
        (&[("x-request-id", b"a"), ("X-Request-ID", b"a")], Rejected::Multiple),
        (&[("x-request-id", b"")], Rejected::Empty),
        (&[("x-request-id", b" ")], Rejected::Empty),
        (&[("x-request-id", &long)], Rejected::TooLong),
        (&[("x-request-id", b"a,b")], Rejected::Charset),
        (&[("x-request-id", b"a\r\nset-cookie: b")], Rejected::Charset),
        (&[("x-request-id", b"\x1b[31mred")], Rejected::Charset),
        (&[("x-request-id", b"\xFF\xFE")], Rejected::Charset),
    ];
    for (lines, reason) in cases {
        let came = incoming(lines);
        assert_eq!((came.rejected(), came.trace_id()), (Some(reason), None));
        assert_eq!(came.clone().into_trace_id(), Err(reason));
        assert_eq!(came.into_inherited().remote.rejected, Some(reason));
        let sent = passed_on(lines);
        assert_eq!((sent.request_id.as_str(), sent.flags()), (sent.trace_id(), "03"));
    }
}

#[test]
fn beside_a_traceparent_a_refused_request_id_is_reported_all_the_same() {
    let both = [("traceparent", VALID.as_bytes()), ("x-request-id", b"")];
    let inherited = incoming(&both).into_inherited();
    assert_eq!(inherited.id.unwrap().to_string(), TRACE);
    assert_eq!(inherited.remote.rejected, Some(Rejected::Empty));
}

#[test]
fn the_longest_request_id_can_be_set() {
    let id = [b'x'; 300];
    for (most, len, is_taken) in
        [(255, 255, true), (255, 256, false), (300, 256, false), (3, 3, true), (3, 4, false)]
    {
        let extractor = Extractor::default().max_id_len(most);
        let came = extracted(&extractor, &[("x-request-id", &id[..len])]);
        assert_eq!(came.request_id().is_some(), is_taken, "{len} of {most}");
    }
}
