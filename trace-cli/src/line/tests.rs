use proptest::prelude::*;
use serde_json::{Map, Value};

use super::{order::read_any, *};

/// Lines that the runtime wrote.
const REAL: [&str; 4] = [
    include_str!("../../../examples/messages.jsonl"),
    include_str!("../../../examples/hello.jsonl"),
    include_str!("../../../examples/errors.jsonl"),
    include_str!("../../../examples/crossings.jsonl"),
];

/// All roles whose values are compared.
const ROLES: [Role; 24] = [
    Role::Time,
    Role::Level,
    Role::Message,
    Role::Trace,
    Role::Span,
    Role::Parent,
    Role::RequestId,
    Role::W3cTrace,
    Role::Target,
    Role::Kind,
    Role::Name,
    Role::Outcome,
    Role::Duration,
    Role::Busy,
    Role::Error,
    Role::Chain,
    Role::Slow,
    Role::Steps,
    Role::Method,
    Role::Route,
    Role::Path,
    Role::Status,
    Role::Service,
    Role::Truncated,
];

#[track_caller]
fn walk_and_tokenizer_agree(text: &[u8]) {
    let (walked, any) = (read(text, Keys::Any), read_any(text));
    assert_eq!(walked.is_some(), any.is_some(), "{}", String::from_utf8_lossy(text));
    let (Some((walked, end)), Some((any, other_end))) = (walked, any) else { return };
    assert_eq!(end, other_end);
    assert_eq!(walked.kind(), any.kind());
    for role in ROLES {
        let (left, right) = (walked.raw(role), any.raw(role));
        assert_eq!(left, right, "{role:?} of {}", String::from_utf8_lossy(text));
    }
}

#[test]
fn the_walk_and_the_tokenizer_read_the_same_of_real_lines() {
    let lines = REAL.iter().flat_map(|text| text.lines());
    let mut count = 0;
    for line in lines {
        walk_and_tokenizer_agree(line.as_bytes());
        assert!(read(line.as_bytes(), Keys::Any).unwrap().0.has(Role::Time));
        count += 1;
    }
    assert!(count > 40, "{count} lines");
}

#[test]
fn the_walk_and_the_tokenizer_read_the_same_of_lines_cut_anywhere() {
    for line in REAL.iter().flat_map(|text| text.lines()) {
        for len in 0..line.len() {
            walk_and_tokenizer_agree(&line.as_bytes()[..len]);
        }
    }
}

#[test]
fn a_line_of_ours_has_its_values() {
    let text = br#"{"timestamp":"2026-11-22T03:00:09.143456Z","level":"WARN","message":"Request processed","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7","parent_span_id":"00f067aa0ba902b8","target":"shop","kind":"request","name":"get","outcome":"cancelled","duration_ms":2003.25,"busy_ms":0.4,"slow":true,"steps":[{"name":"a}],","count":2}],"method":"GET","route":"/a","path":"/a","status":499,"user_id":42,"service":"shop"}"#;
    let (line, end) = read(text, Keys::Any).unwrap();
    assert_eq!((line.kind(), line.outcome(), end), (Kind::Request, Outcome::Cancelled, text.len()));
    assert_eq!(line.duration_ns(), Some(2_003_250_000));
    assert_eq!(line.busy_ns(), Some(400_000));
    assert_eq!(line.time_ns(), Some(1_795_316_409_143_456_000));
    assert_eq!(line.trace_key(), Some(0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736));
    assert_eq!(
        (line.span_key(), line.parent_key()),
        (0x00f0_67aa_0ba9_02b7, 0x00f0_67aa_0ba9_02b8)
    );
    assert_eq!(line.raw(Role::Steps), br#"[{"name":"a}],","count":2}]"#);
    assert_eq!((line.status(), line.bare(Role::Service)), (Some(499), &b"shop"[..]));
    assert_eq!(line.field("user_id"), Some(&b"42"[..]));
}

#[test]
fn the_fields_of_an_event_are_its_own() {
    let text = br#"{"timestamp":"2026-11-22T03:00:09.143456Z","level":"INFO","message":"m","target":"t","path":"/x","error":"e","service":"s"}"#;
    let (line, _) = read(text, Keys::Any).unwrap();
    assert!(!line.has(Role::Path) && !line.has(Role::Error));
    assert_eq!(line.bare(Role::Service), b"s");
}

#[test]
fn times_of_all_forms_are_read() {
    let at = Some(1_795_773_600_500_000_000);
    for text in [
        r#""2026-11-27T10:00:00.500000Z""#,
        r#""2026-11-27T12:00:00.5+02:00""#,
        r#""2026-11-27T02:30:00.500-0730""#,
        r#""2026-11-27 10:00:00.5""#,
        r#""2026-11-27t10:00:00,500z""#,
        r#""2026-11-27T11:00:00.5+01""#,
        "1795773600.5",
        "1795773600500",
        "1795773600500000",
        "1795773600500000000",
        r#""1795773600.5""#,
        r#"{"seconds":1795773600,"nanos":500000000}"#,
    ] {
        assert_eq!(time_ns(text.as_bytes()), at, "{text}");
    }
    for text in
        ["\"yesterday\"", "\"2026-02-30T00:00:00Z\"", "\"\"", "true", "\"2026-11-27T25:00:00Z\""]
    {
        assert_eq!(time_ns(text.as_bytes()), None, "{text}");
    }
    // The second that is added at times is the first of the next minute.
    assert_eq!(time_ns(b"\"2016-12-31T23:59:60Z\""), time_ns(b"\"2017-01-01T00:00:00Z\""));
}

#[test]
fn a_day_is_the_same_there_and_back() {
    for day in (-100_000..100_000).step_by(17) {
        let civil = civil(day * 86_400_000_000_000);
        assert_eq!(days(civil.year, civil.month, civil.day), Some(day));
    }
}

#[test]
fn durations_of_all_forms_are_read() {
    let cases = [
        ("12.0", Some(12_000_000)),
        ("0.000125", Some(125)),
        ("12", Some(12_000_000)),
        ("\"2.5e3\"", Some(2_500_000_000)),
        ("3e1", Some(30_000_000)),
        ("1.23456789", Some(1_234_567)),
        ("-3.0", None),
        ("\"fast\"", None),
        ("", None),
        ("99999999999999999999", None),
    ];
    for (text, ns) in cases {
        assert_eq!(millis_as_ns(text.as_bytes()), ns, "{text}");
    }
}

#[test]
fn escapes_are_undone() {
    let cases = [
        (r"a\u0020b\/\\\n", "a b/\\\n"),
        (r"\ud83d\ude00", "😀"),
        (r"\ud83d!", "\u{fffd}!"),
        (r"\u12", "\\u12"),
        (r"\x", "\\x"),
    ];
    for (raw, text) in cases {
        assert_eq!(decode(raw.as_bytes()), text, "{raw}");
    }
}

fn kinds(text: &[u8]) -> Vec<&'static str> {
    let mut kinds = Vec::new();
    pieces(text, Keys::Any, &mut |piece| {
        kinds.push(match piece {
            Piece::Line(_) => "line",
            Piece::Other => "other",
            Piece::Broken => "broken",
        });
    });
    kinds
}

#[test]
fn a_line_of_a_file_may_hold_several_pieces() {
    let object =
        r#"{"timestamp":"2026-11-22T03:00:09.143456Z","level":"INFO","message":"m","target":"t"}"#;
    let torn = &object[..70];
    let cases = [
        (object.to_owned(), vec!["line"]),
        (format!("{object}{object}"), vec!["line", "line"]),
        (format!("[{object}, {object}]"), vec!["line", "line"]),
        (format!("{torn}{object}"), vec!["broken", "line"]),
        (format!("{object}{torn}"), vec!["line", "broken"]),
        (format!("web-1 | {object}\r"), vec!["line"]),
        (format!("web-1 | {torn}"), vec!["broken"]),
        (format!("{object} and more"), vec!["line", "other"]),
        (format!("{object}; {object}"), vec!["line", "other", "line"]),
        ("KeyError: {\"id\": 7}".to_owned(), vec!["other"]),
        ("{\"id\": 7".to_owned(), vec!["broken"]),
        ("{8 of 10}".to_owned(), vec!["broken"]),
        ("at 80% {8 of 10}".to_owned(), vec!["other"]),
        (String::new(), vec!["other"]),
        ("\0\0".to_owned(), vec!["other"]),
    ];
    for (text, expected) in cases {
        assert_eq!(kinds(text.as_bytes()), expected, "{text}");
    }
}

#[test]
fn names_of_steps_may_hold_the_signs_of_lists() {
    let request = REAL[0].lines().find(|line| line.contains("\"steps\":[{")).unwrap();
    for name in ["a},{b", "a}],", "a}],{", "a}]}", "{", "}", "a}],\\\"b", "}]", "a}],\\"] {
        let line = request.replace("\"name\":\"fetch_messages\"", &format!("\"name\":\"{name}\""));
        assert_ne!(line, request);
        walk_and_tokenizer_agree(line.as_bytes());
    }
}

#[test]
fn a_request_torn_in_its_list_of_steps_hides_no_other() {
    let request = REAL[0].lines().find(|line| line.contains("\"steps\":[{")).unwrap();
    let list = request.find("\"steps\":[{").unwrap();
    for len in list..request.len() {
        let glued = format!("{}{request}", &request[..len]);
        assert_eq!(kinds(glued.as_bytes()), ["broken", "line"], "{glued}");
    }
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC*".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::btree_map(".*", inner, 0..6)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn objects_have_the_members_that_serde_json_finds(
        members in prop::collection::btree_map(".*", value(), 0..8),
        is_wide in any::<bool>(),
    ) {
        let object = Value::Object(members.into_iter().collect::<Map<_, _>>());
        let text = if is_wide {
            serde_json::to_string_pretty(&object).unwrap().replace('\n', " ")
        } else {
            object.to_string()
        };
        // Of floats, `serde_json` does not read the nearest.
        let object: Value = serde_json::from_str(&text).unwrap();
        let found: Map<String, Value> = super::members(text.as_bytes())
            .map(|it| (decode(it.key).into_owned(), serde_json::from_slice(it.value).unwrap()))
            .collect();
        prop_assert_eq!(Value::Object(found), object);
    }

    #[test]
    fn arbitrary_bytes_are_no_reason_to_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = (read(&bytes, Keys::Any), read_any(&bytes), time_ns(&bytes), millis_as_ns(&bytes), decode(&bytes));
        prop_assert!(!kinds(&bytes).is_empty());
    }

    #[test]
    fn real_lines_with_some_bytes_changed_are_read_the_same_both_ways(
        at in any::<prop::sample::Index>(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..4),
    ) {
        let lines: Vec<&str> = REAL.iter().flat_map(|text| text.lines()).collect();
        let mut line = at.get(&lines).as_bytes().to_vec();
        for (at, byte) in changes {
            let len = line.len();
            line[at.index(len)] = byte;
        }
        // The walk does not look into `steps`: what is no JSON there passes.
        if serde_json::from_slice::<Value>(&line).is_ok() {
            walk_and_tokenizer_agree(&line);
        } else {
            let _ = read(&line, Keys::Any);
        }
    }
}
