//! Random records, read back and compared with a simple encoder.

use super::*;

/// Writes a line twice: without memory, and into memory that is large enough.
fn cold_and_warm(record: &Record<'_>) -> [String; 2] {
    let mut memory = Cursor::default();
    memory.put(&[b'x'; 10_000]);
    memory.truncate(0);
    [Cursor::default(), memory].map(|memory| {
        let line = super::write(memory, record, &Style::default());
        String::from_utf8(line.text.text().to_vec()).unwrap()
    })
}

/// Returns text as JSON, made character by character.
fn quoted(text: &str) -> String {
    let escaped = text.chars().map(|c| match c {
        '"' | '\\' => format!("\\{c}"),
        '\u{8}' => r"\b".to_owned(),
        '\t' => r"\t".to_owned(),
        '\n' => r"\n".to_owned(),
        '\u{c}' => r"\f".to_owned(),
        '\r' => r"\r".to_owned(),
        '\0'..'\u{20}' | '\u{7f}'..='\u{9f}' | '\u{2028}' => format!("\\u{:04x}", u32::from(c)),
        c => c.to_string(),
    });
    format!("\"{}\"", escaped.collect::<String>())
}

/// Returns nanoseconds as milliseconds.
fn millis(nanos: u64) -> String {
    let decimals = format!("{:06}", nanos % 1_000_000);
    let decimals = decimals.trim_end_matches('0');
    let decimals = if decimals.is_empty() { "0" } else { decimals };
    format!("{}.{decimals}", nanos / 1_000_000)
}

/// Returns ids as members, each with its comma in front.
fn members_of(ids: Option<&Ids<'_>>) -> String {
    let Some(ids) = ids else { return String::new() };
    let trace = ids.trace.map(|id| format!(",\"trace_id\":\"{id}\""));
    let parent = ids.parent.map(|id| format!(",\"parent_span_id\":\"{id}\""));
    let (trace, parent) = (trace.unwrap_or_default(), parent.unwrap_or_default());
    format!("{trace},\"span_id\":\"{}\"{parent}", ids.span)
}

/// A generated id, an id of a caller, or none.
fn any_trace() -> impl Strategy<Value = Option<TraceId>> {
    prop_oneof![
        any::<[u8; 16]>().prop_map(|bytes| Some(TraceId::from_bytes(bytes))),
        "[a-z0-9-]{1,40}".prop_map(|text| TraceId::accept(text.as_bytes()).ok()),
        Just(None),
    ]
}

const TEXT: &str = "[a-z \"\\\\\n\u{1}\u{7f}é\u{85}\u{2028}😀]{0,80}|[a-z /.:-]{0,80}";

/// Numbers of any length.
fn any_number() -> impl Strategy<Value = u64> {
    (any::<u64>(), 0..64_u32).prop_map(|(bits, shift)| bits >> shift)
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
    fn an_event_is_what_a_simple_encoder_writes(
        text in TEXT,
        number in any_number().prop_map(u64::cast_signed),
        unsigned in any_number(),
        trace in any_trace(),
        is_in_scope: bool,
    ) {
        let callsite = event_callsite! {
            level: Info, target: "t", message: "m", keys: ["text", "number", "unsigned", "none"]
        };
        let (span, trace) = (SpanId::generate(), trace.as_ref());
        let ids = is_in_scope.then_some(Ids { trace, digits: trace.and_then(TraceId::digits), span, parent: None, request: None, root: None });
        let values = [text.to_value(), number.to_value(), unsigned.to_value(), None::<u8>.to_value()];
        let plain = event(callsite, Message::Constant(M), Fields::Values(&values));
        let quote = if unsigned > i64::MAX as u64 { "\"" } else { "" };
        let expected = format!(
            "{{\"timestamp\":\"2026-11-22T03:00:09.143456Z\",\"level\":\"INFO\",\"message\":\"m\"{},\
             \"target\":\"t\",\"text\":{},\"number\":{number},\"unsigned\":{quote}{unsigned}{quote}}}\n",
            members_of(ids.as_ref()), quoted(&text),
        );
        for line in cold_and_warm(&Record { ids, ..plain }) {
            prop_assert_eq!(&line, &expected);
        }
    }

    #[test]
    fn a_step_is_what_a_simple_encoder_writes(
        nanos in any_number(),
        busy_ns in prop::option::of(any_number()),
        trace in any_trace(),
        has_parent: bool,
        rows in prop::option::of(any::<u32>()),
    ) {
        let callsite = callsite! { step, target: "t", name: "n" }.0;
        let parent = has_parent.then(SpanId::generate);
        let ids = Ids { trace: trace.as_ref(), digits: trace.as_ref().and_then(TraceId::digits), span: SpanId::generate(), parent, request: None, root: None };
        let members = rows.map(|rows| format!(",\"rows\":{rows}")).unwrap_or_default();
        let expected = format!(
            "{{\"timestamp\":\"2026-11-22T03:00:09.143456Z\",\"level\":\"INFO\",\
             \"message\":\"Step finished\"{},\"target\":\"t\",\"kind\":\"step\",\"name\":\"n\",\
             \"outcome\":\"ok\",\"duration_ms\":{}{}{members}}}\n",
            members_of(Some(&ids)),
            millis(nanos),
            busy_ns.map(|nanos| format!(",\"busy_ms\":{}", millis(nanos))).unwrap_or_default(),
        );
        let closing = ended(nanos, busy_ns);
        for line in cold_and_warm(&closed(callsite, &closing, Some(ids), members.as_bytes())) {
            prop_assert_eq!(&line, &expected);
        }
    }

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
            around: None,
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
            around: None,
        };
        let map = parse(&text(&record, &style), limits);
        prop_assert_eq!(&map["truncated"], true); // The target is too long.
    }
}
