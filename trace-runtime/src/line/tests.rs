//! Lines as text, from records made by hand.

use std::{collections::HashSet, error::Error, fmt, sync::LazyLock};

use proptest::prelude::*;
use serde_core::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value as Json};

use super::*;
use crate::{
    __callsite as callsite, __event_callsite as event_callsite,
    callsite::Callsite,
    clock::{Moment, Timestamp},
    context::{Ids, totals::Totals},
    failure::ErrorText,
    field::{
        carried::Carried,
        kept::Encoded,
        limits::Limits,
        value::{ToValue as _, Value},
    },
    id::{Rejected, SpanId},
    level::Level,
    outcome::Outcome,
    output::StaticField,
    record::{
        Closing, Exchange, FailureRef, Fields, Foreign, Message, Origin, RequestSummary, Verdict,
    },
};

/// A constant message.
const M: &str = ",\"message\":\"m\"";

const TIME: Timestamp = Timestamp::at(1_795_316_409, 143_456);

fn ids(parent: bool) -> Ids<'static> {
    static TRACE: LazyLock<TraceId> = LazyLock::new(|| TraceId::accept(b"req-1").unwrap());
    let (trace, span) = (&*TRACE, SpanId::generate());
    Ids { trace: Some(trace), span, parent: parent.then(SpanId::generate), request: None }
}

fn event<'a>(callsite: &'static Callsite, message: Message<'a>, fields: Fields<'a>) -> Record<'a> {
    let (origin, what) = (Origin::Callsite(callsite), What::Event(message));
    Record { time: TIME, level: Level::Info, ids: None, origin, what, fields, carried: None }
}

fn text(record: &Record<'_>, style: &Style) -> String {
    let mut buf = Vec::new();
    super::write(&mut buf, record, style);
    String::from_utf8(buf).unwrap()
}

/// Parses a line. Fails on duplicate keys and on anything after the newline.
fn parse(line: &str, limits: Limits) -> Map<String, Json> {
    assert!(line.len() <= limits.line, "{} bytes", line.len());
    let line = line.strip_suffix('\n').unwrap();
    assert!(!line.contains('\n'));
    let Pairs(pairs) = serde_json::from_str(line).unwrap();
    let count = pairs.len();
    let map: Map<_, _> = pairs.into_iter().collect();
    assert_eq!(map.len(), count, "a key stands twice: {line}");
    map
}

/// The members of an object in their order, with duplicates.
struct Pairs(Vec<(String, Json)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Self(Vec::new()))
    }
}

impl<'de> Visitor<'de> for Pairs {
    type Value = Self;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut map: A) -> Result<Self, A::Error> {
        while let Some(pair) = map.next_entry()? {
            self.0.push(pair);
        }
        Ok(self)
    }
}

fn masked(line: &str, ids: &Ids<'_>) -> String {
    let parent = ids.parent.map_or_else(String::new, |id| id.to_string());
    line.replace(&ids.span.to_string(), "SPAN")
        .replace(&parent, if parent.is_empty() { "" } else { "PARENT" })
}

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
    };
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
            w3c_trace_id: Some(w3c.clone()),
            exchange: Some(&Exchange {
                method: "GET".into(),
                route: Some("/users/{id}".into()),
                path: "/users/42\"".into(),
                status: Some(500),
                grpc_status: Some(13),
                ttfb_ns: Some(2_001_000_000),
                is_stream: false,
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
            r#""request_id_rejected":"charset","method":"GET","route":"/users/{id}","#,
            r#""path":"/users/42\"","status":500,"grpc_status":13,"ttfb_ms":2001.0,"user_id":42}"#,
            "\n"
        )
    );
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
    let mut buf = Vec::new();
    let style = Style::default();
    let mut line = Encoder::new(&mut buf, &style, 0);
    line.causes(keys::ERROR_CHAIN.as_bytes(), &Circle);
    let expected = format!(",\"error_chain\":[{}]", ["\"again\""; 8].join(","));
    assert_eq!(String::from_utf8(buf).unwrap(), expected);
}

#[test]
fn a_request_line_with_everything_at_its_longest_fits() {
    const LONG: &str = match std::str::from_utf8(&[b'n'; 300]) {
        Ok(long) => long,
        Err(_) => "",
    };
    let callsite = callsite! {
        request, target: (LONG), name: (LONG)
    };
    let id = TraceId::accept_up_to(255, &[b'x'; 255]).unwrap();
    let (long, most) = ("\n".repeat(9_000), u64::MAX);
    let error = std::io::Error::other(long.clone());
    let exchange = Exchange {
        method: long.clone().into(),
        route: Some(long.clone().into()),
        path: long.clone().into(),
        status: Some(u16::MAX),
        grpc_status: Some(u32::MAX),
        ttfb_ns: Some(most),
        is_stream: true,
    };
    for limit in (2_560..9_000).step_by(7) {
        let limits = Limits::default().line(limit);
        let value = format!("\"{}\"", "x".repeat(500)).into_bytes();
        let name = "s".to_owned();
        let service = StaticField { name, key: b",\"s\":".into(), value, gives_way: [false; 3] };
        let style =
            Style { limits, location: true, static_fields: vec![service], ..Style::default() };
        let verdict = Verdict { level: Level::Error, is_slow: true, is_wanted: true };
        let closing = Closing {
            outcome: Outcome::Cancelled,
            start: Moment::of_nanos(0),
            end: Moment::of_nanos(most),
            now: Moment::of_nanos(most),
            busy_ns: Some(most),
            failure: Some(FailureRef::AtHand(&Failure {
                text: Some(ErrorText::Display(&error)),
                source: Some(&error),
            })),
            request: Some(&RequestSummary {
                kind: LineKind::Request,
                steps: &Totals::of_dropped(most),
                rejected: Some(Rejected::TooLong),
                w3c_trace_id: Some(id.to_w3c()),
                exchange: Some(&exchange),
            }),
        };
        let (span, parent) = (SpanId::generate(), Some(SpanId::generate()));
        let record = Record {
            time: TIME,
            level: Level::Error,
            ids: Some(Ids { trace: Some(&id), span, parent, request: Some(&id) }),
            origin: Origin::Callsite(callsite),
            what: What::Closing(&closing, verdict),
            fields: Fields::Encoded(b",\"user_id\":42", true),
            carried: None,
        };
        let map = parse(&text(&record, &style), limits);
        assert_eq!((&map["truncated"], &map["ttfb_ms"].is_number()), (&true.into(), &true));
        assert_eq!(
            (map["status"].as_u64(), map["grpc_status"].as_u64()),
            (Some(65_535), Some(u64::from(u32::MAX)))
        );
    }
}

#[test]
fn static_fields_give_way_to_a_lines_own_keys() {
    let field = |name: &str, gives_way| StaticField {
        name: name.to_owned(),
        key: format!(",\"{name}\":").into_bytes(),
        value: b"1".to_vec(),
        gives_way,
    };
    let style = Style {
        static_fields: vec![
            field("service", [false; 3]),
            field("name", [false, true, true]),
            field("mine", [false; 3]),
        ],
        ..Style::default()
    };
    let callsite = event_callsite! { level: Info, target: "t", message: "m", keys: ["mine"] };
    let values = [2.to_value()];
    let line = text(&event(callsite, Message::Constant(M), Fields::Values(&values)), &style);
    let map = parse(&line, Limits::default());
    assert_eq!((&map["service"], &map["name"], &map["mine"]), (&1.into(), &1.into(), &2.into()));
}

#[test]
fn file_and_line_are_said_when_asked_for() {
    let style = Style { location: true, ..Style::default() };
    let callsite = event_callsite! { level: Info, target: "t", message: "m", keys: [] };
    let line = text(&event(callsite, Message::Constant(M), Fields::Values(&[])), &style);
    let map = parse(&line, Limits::default());
    assert!(map["file"].as_str().unwrap().ends_with("tests.rs"));
    assert!(map["line"].as_u64().unwrap() > 0);
}

#[test]
fn encoded_fields_that_do_not_fit_are_left_out_whole() {
    let callsite = callsite! { step, target: "t", name: "n" };
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
            let callsite = callsite! { step, target: "t", name: "n" };
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
            };
            parse(&text(&record, &style), limits);
        }
    }
}

#[test]
fn static_fields_give_way_to_fields_recorded_late_but_not_to_absent_ones() {
    let field = StaticField {
        name: "service".to_owned(),
        key: b",\"service\":".to_vec(),
        value: b"\"shop\"".to_vec(),
        gives_way: [false; 3],
    };
    let style = Style { static_fields: vec![field], ..Style::default() };
    let callsite = event_callsite! { level: Info, target: "t", message: "m", keys: ["service"] };
    let said = |fields: Fields<'_>| {
        let line = text(&event(callsite, Message::Constant(M), fields), &style);
        parse(&line, Limits::default())["service"].clone()
    };
    assert_eq!(said(Fields::Encoded(br#","service":"mine""#, false)), "mine");
    assert_eq!(said(Fields::Values(&["mine".to_value()])), "mine");
    assert_eq!(said(Fields::Values(&[None::<u8>.to_value()])), "shop");
    assert_eq!(said(Fields::Named(&|to| to("service", &None::<u8>.to_value()))), "shop");
}

fn any_value() -> impl Strategy<Value = Json> {
    prop_oneof![
        any::<bool>().prop_map(Json::from),
        any::<i64>().prop_filter("written as text", |n| *n != i64::MIN).prop_map(Json::from),
        any::<f64>().prop_filter("has no JSON", |f| f.is_finite()).prop_map(Json::from),
        "(?s).{0,100}".prop_map(Json::from),
    ]
}

fn to_value(json: &Json) -> Value<'_> {
    match json {
        Json::Bool(value) => value.to_value(),
        Json::String(text) => text.to_value(),
        Json::Number(number) => Value::display(number),
        other => panic!("{other}"),
    }
}

/// The value that a value written by `to_value` is read back as.
fn read_back(json: &Json) -> Json {
    match json {
        Json::Number(number) => number.to_string().into(),
        other => other.clone(),
    }
}

proptest! {
    #[test]
    fn any_message_names_and_values_read_back(
        message: String,
        fields in prop::collection::vec(("(?s).{0,10}|level|Level|status|field\\.level", any_value()), 0..6),
        ids_given: bool,
    ) {
        // Within these limits nothing is cut, so everything must come back.
        let limits = Limits::default().line(1 << 20).message(1 << 16).value(1 << 16);
        let style = Style { limits, ..Style::default() };
        let named: Vec<_> =
            fields.iter().map(|(name, value)| (name.as_str(), to_value(value))).collect();
        let record = Record {
            time: TIME,
            level: Level::Debug,
            ids: ids_given.then(|| ids(false)),
            origin: Origin::Foreign(&Foreign { target: "any \"target\"", location: None }),
            what: What::Event(Message::Format(format_args!("{message}"))),
            fields: Fields::Named(&|to| named.iter().for_each(|(key, value)| to(key, value))),
            carried: None,
        };
        let map = parse(&text(&record, &style), limits);
        prop_assert_eq!(&map["message"], &Json::from(message));
        prop_assert_eq!(&map["target"], "any \"target\"");
        let mut taken: HashSet<String> = HashSet::new();
        for (name, value) in fields {
            let mut name = name;
            let is_taken = |taken: &HashSet<String>, name: &String| {
                is_reserved(name, LineKind::Event) || taken.contains(&name.to_ascii_lowercase())
            };
            while is_taken(&taken, &name) {
                name = format!("field.{name}");
            }
            prop_assert_eq!(&map[&name], &read_back(&value));
            taken.insert(name.to_ascii_lowercase());
        }
    }

    #[test]
    fn no_line_is_too_long_or_unreadable(
        message in "[a\"\n\u{2028}😀]{0,3000}",
        names in prop::collection::vec("[a-c\"\n]{0,400}|level|field\\.level", 0..8),
        value in "[a\"\n\u{2028}😀]{0,3000}",
        line in 2_560..9_000usize,
        has_request_id: bool,
    ) {
        let limits = Limits::default().line(line);
        let style = Style { limits, location: true, ..Style::default() };
        let named: Vec<_> = names.iter().map(|name| (name.as_str(), value.to_value())).collect();
        let target = "t".repeat(300);
        let location = Some((target.as_str(), u32::MAX));
        let id = TraceId::accept_up_to(255, &[b'x'; 255]).unwrap();
        let request = has_request_id.then_some(&id);
        let carried = Carried::default();
        carried.set(&Encoded::new(br#","carried":"#, &value.to_value(), &limits));
        let record = Record {
            time: TIME,
            level: Level::Debug,
            ids: Some(Ids { trace: Some(&id), request, ..ids(false) }),
            origin: Origin::Foreign(&Foreign { target: &target, location }),
            what: What::Event(Message::Format(format_args!("{message}"))),
            fields: Fields::Named(&|to| named.iter().for_each(|(key, value)| to(key, value))),
            carried: carried.if_any(),
        };
        let map = parse(&text(&record, &style), limits);
        prop_assert_eq!(&map["truncated"], true); // The target is too long.
    }
}
