//! Lines that have to be cut.

use super::{golden::formats, *};
use crate::format::Format;

/// What an edge knows, each part longer than a line has room for.
fn longest_exchange(long: &str) -> Exchange<'_> {
    let response = Response {
        status: Some(u16::MAX),
        grpc_status: Some(u32::MAX),
        ttfb_ns: Some(u64::MAX),
        is_stream: true,
    };
    Exchange { method: long, route: Some(long), path: long, response }
}

/// A line limit, with a long static field and places in the code.
fn style_with_all(limits: Limits) -> Style {
    let value = format!("\"{}\"", "x".repeat(500)).into_bytes();
    let name = "s".to_owned();
    let service = StaticField { name, key: b",\"s\":".into(), value, gives_way: [false; 3] };
    Style { limits, location: true, static_fields: vec![service], ..Style::default() }
}

/// The same in a format.
fn style_in(format: &Format, limits: Limits) -> Style {
    let style = style_with_all(limits);
    let constants = constants(format, &style.static_fields);
    Style { format: format.clone(), constants, ..style }
}

/// The line of a request whose parts are all too long.
fn longest_request(id: &TraceId, long: &str, style: &Style) -> String {
    const LONG: &str = match std::str::from_utf8(&[b'n'; 300]) {
        Ok(long) => long,
        Err(_) => "",
    };
    let callsite = callsite! { request, target: (LONG), name: (LONG) }.0;
    let error = std::io::Error::other(long.to_owned());
    let (text, source): (_, Option<&(dyn Error + 'static)>) =
        (Some(ErrorText::Display(&error)), Some(&error));
    let request = RequestSummary {
        kind: LineKind::Request,
        steps: &Totals::of_dropped(u64::MAX),
        rejected: Some(Rejected::TooLong),
        detail: Some(Note::Discarded),
        detail_dropped: u64::MAX,
        w3c_trace_id: Some(id.to_w3c()),
        exchange: Some(&longest_exchange(long)),
    };
    let closing = Closing {
        outcome: Outcome::Cancelled,
        failure: Some(FailureRef::AtHand(&Failure { text, source })),
        request: Some(&request),
        ..ended(u64::MAX, Some(u64::MAX))
    };
    let (span, parent) = (SpanId::generate(), Some(SpanId::generate()));
    let record = Record {
        level: Level::Error,
        ids: Some(Ids {
            trace: Some(id),
            digits: id.digits(),
            span,
            parent,
            request: Some(id),
            root: None,
        }),
        what: What::Closing(
            &closing,
            Verdict { level: Level::Error, is_slow: true, is_wanted: true },
        ),
        fields: Fields::Encoded(b",\"user_id\":42", true),
        ..closed(callsite, &closing, None, b"")
    };
    super::text(&record, style)
}

#[test]
fn a_request_line_with_everything_at_its_longest_fits() {
    let id = TraceId::accept_up_to(255, &[b'x'; 255]).unwrap();
    let long = "\n".repeat(9_000);
    for limit in (2_560..9_000).step_by(7) {
        let limits = Limits::default().line(limit);
        let map = parse(&longest_request(&id, &long, &style_with_all(limits)), limits);
        assert_eq!((&map["truncated"], &map["ttfb_ms"].is_number()), (&true.into(), &true));
        assert_eq!(
            (map["status"].as_u64(), map["grpc_status"].as_u64()),
            (Some(65_535), Some(u64::from(u32::MAX)))
        );
    }
}

#[test]
fn it_fits_in_every_format() {
    let id = TraceId::accept_up_to(255, &[b'x'; 255]).unwrap();
    let long: &'static str = "\n".repeat(9_000).leak();
    let formats = formats().map(|(_, format)| format);
    for format in formats.into_iter().chain([Format::gcp(long)]) {
        for limit in (Limits::least_line(&format)..9_000).step_by(37) {
            let limits = Limits::default().line(limit);
            let map = parse(&longest_request(&id, long, &style_in(&format, limits)), limits);
            assert_eq!(
                (&map["truncated"], map["outcome"].as_str()),
                (&true.into(), Some("cancelled"))
            );
            assert!(map.contains_key("s") || map.contains_key("labels.s"), "{format} at {limit}");
        }
    }
}

#[test]
fn encoded_fields_that_do_not_fit_are_left_out_whole() {
    let callsite = callsite! { step, target: "t", name: "n" }.0;
    let verdict = Verdict { level: Level::Info, is_slow: false, is_wanted: true };
    let closing = Closing {
        outcome: Outcome::Ok,
        start: Moment::of_nanos(0),
        end: Moment::of_nanos(0),
        now: Moment::of_nanos(0),
        busy_ns: None,
        failure: None,
        request: None,
    };
    let members = format!(",\"a\":1,\"b\":\"{}\",\"c\":3", "x".repeat(8_000));
    let record = Record {
        time: TIME,
        level: Level::Info,
        ids: None,
        origin: Origin::Callsite(callsite),
        what: What::Closing(&closing, verdict),
        fields: Fields::Encoded(members.as_bytes(), false),
        carried: None,
        around: None,
    };
    let map = parse(&text(&record, &Style::default()), Limits::default());
    assert_eq!((&map["a"], map.get("b"), &map["c"]), (&1.into(), None, &3.into()));
    assert_eq!(map["truncated"], true);
}

#[test]
fn lines_around_the_limit_are_whole_or_marked() {
    let limits = Limits::default().message(usize::MAX).line(3_000);
    let style = Style { limits, ..Style::default() };
    let callsite = event_callsite! { level: Info, target: "t", message: _, keys: [] };
    for length in (0..20).chain(1_100..1_200).chain([4_000, 64 << 20]) {
        let message = "é".repeat(length);
        let arguments = format_args!("{message}");
        let record = event(callsite, Message::Format(arguments), Fields::Values(&[]));
        let map = parse(&text(&record, &style), limits);
        let said = map["message"].as_str().unwrap();
        assert!(message.starts_with(said));
        assert_eq!(map.contains_key("truncated"), said.len() < message.len());
        assert_eq!(said.len() < message.len(), length > 1_135, "{length}");
    }
}

#[test]
fn no_limit_makes_a_line_too_long_or_the_caller_panic() {
    let least = Limits::default().line(2_560);
    let setters =
        [Limits::value, Limits::message, Limits::error, Limits::error_chain, Limits::steps];
    for set in setters {
        for bytes in [0, 1, usize::MAX] {
            let limits = set(least, bytes);
            let style = Style { limits, ..Style::default() };
            let long = std::io::Error::other("\u{2028}".repeat(2_000));
            let failure = Failure::of_error(&long);
            let callsite = callsite! { step, target: "t", name: "n" }.0;
            let verdict = Verdict { level: Level::Warn, is_slow: true, is_wanted: true };
            let closing = Closing {
                outcome: Outcome::Error,
                start: Moment::of_nanos(0),
                end: Moment::of_nanos(u64::MAX),
                now: Moment::of_nanos(u64::MAX),
                busy_ns: Some(u64::MAX),
                failure: Some(FailureRef::AtHand(&failure)),
                request: None,
            };
            let record = Record {
                time: TIME,
                level: Level::Warn,
                ids: Some(ids(true)),
                origin: Origin::Callsite(callsite),
                what: What::Closing(&closing, verdict),
                fields: Fields::Values(&[]),
                carried: None,
                around: None,
            };
            parse(&text(&record, &style), limits);
        }
    }
}
