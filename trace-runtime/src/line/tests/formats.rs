//! Random records in every format: each line is valid, has no key twice, and
//! has all values.

use std::collections::BTreeSet;

use super::{golden::formats, *};
use crate::{callsite::Facts, field::covered::Json as Nested, format::Format};

/// Names that some format has a meaning for, and what the formats make of them:
/// `otel`, `ecs`, `gcp`, `datadog`. An empty text is the name itself.
const SPECIAL: [(&str, [&str; 4]); 22] = [
    ("severity", ["", "labels.severity", "field.severity", ""]),
    ("Severity", ["", "labels.Severity", "field.Severity", ""]),
    ("field.severity", ["", "labels.field_severity", "field.field.severity", ""]),
    ("body", ["field.body", "labels.body", "", ""]),
    ("time", ["", "labels.time", "field.time", ""]),
    ("httpRequest", ["", "labels.httpRequest", "field.httpRequest", ""]),
    ("host", ["", "labels.host", "", "field.host"]),
    ("service", ["", "labels.service", "", "field.service"]),
    ("error", ["", "error.message", "", "error.message"]),
    ("error.message", ["", "labels.error_message", "", "field.error.message"]),
    ("trace.id", ["", "labels.trace_id", "", ""]),
    ("dd.trace_id", ["", "labels.dd_trace_id", "", "field.dd.trace_id"]),
    ("ecs.version", ["", "labels.ecs_version", "", ""]),
    ("http.request.id", ["", "", "", ""]),
    ("tags", ["", "", "", ""]),
    ("user.id", ["", "", "", ""]),
    ("User.Id", ["", "labels.User_Id", "", ""]),
    ("db.rows", ["", "labels.db_rows", "", ""]),
    ("db*rows", ["", "labels.db_rows", "", ""]),
    ("db_rows", ["", "labels.db_rows", "", ""]),
    ("labels.rows", ["", "labels.rows", "", ""]),
    ("a\"b\\c", ["", "labels.a\"b_c", "", ""]),
];

/// Returns the key under which a field is looked for.
fn spelt(format: &Format, name: &str) -> String {
    let nth = match format {
        Format::Json | Format::Console | Format::Logfmt => return name.to_owned(),
        Format::Otel => 0,
        Format::Ecs => 1,
        Format::Gcp | Format::GcpProject(_) => 2,
        Format::Datadog => 3,
    };
    match SPECIAL.iter().find(|(special, _)| *special == name) {
        Some((_, keys)) if keys[nth].is_empty() => name.to_owned(),
        Some((_, keys)) => keys[nth].to_owned(),
        None if nth == 1 => format!("labels.{name}"),
        None => name.to_owned(),
    }
}

/// A label whose key was taken has a prefix, which is not asked about.
fn without_prefixes(key: &str) -> String {
    let Some(mut label) = key.strip_prefix("labels.") else { return key.to_owned() };
    while let Some(rest) = label.strip_prefix("field_") {
        label = rest;
    }
    format!("labels.{label}")
}

/// Objects under a label are their JSON text: returns what that text holds.
fn read_back(key: &str, value: Json) -> Json {
    match &value {
        Json::String(text) if key.starts_with("labels.") && text.contains('{') => {
            serde_json::from_str(text).unwrap_or(value)
        }
        _ => value,
    }
}

fn any_name() -> impl Strategy<Value = String> {
    let special: Vec<_> = SPECIAL.iter().map(|(name, _)| (*name).to_owned()).collect();
    prop_oneof![prop::sample::select(special), "[a-z]{1,9}_[a-z]{1,9}"]
}

fn any_json() -> impl Strategy<Value = Json> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(Json::from),
        (-i64::MAX..=i64::MAX).prop_map(Json::from),
        any::<f64>().prop_filter("has no JSON", |f| f.is_finite()).prop_map(Json::from),
        "(?s).{0,20}|[a\"\\\\\n\u{1}\u{7f}\u{85}\u{2028}{}😀]{0,20}".prop_map(Json::from),
    ];
    leaf.prop_recursive(2, 8, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
            prop::collection::btree_map("[a-z]{1,4}", inner, 0..4)
                .prop_map(|map| Json::Object(map.into_iter().collect())),
        ]
    })
}

/// Fields whose names differ, ignoring case.
fn any_fields() -> impl Strategy<Value = Vec<(String, Json)>> {
    prop::collection::vec((any_name(), any_json()), 0..7).prop_map(|mut fields| {
        let mut names = BTreeSet::new();
        fields.retain(|(name, _)| {
            !is_reserved(name, LineKind::Event) && names.insert(name.to_ascii_lowercase())
        });
        fields
    })
}

/// The ways in which fields reach a line.
#[derive(Clone, Copy, Debug)]
enum Way {
    Values,
    Named,
    Encoded,
    Carried,
}

fn any_way() -> impl Strategy<Value = Way> {
    prop::sample::select(vec![Way::Values, Way::Named, Way::Encoded, Way::Carried])
}

/// Calls `each` with the record that has these fields.
fn with_fields(fields: &[(String, Json)], way: Way, each: &mut dyn FnMut(&Record<'_>)) {
    let nested: Vec<_> = fields.iter().map(|(_, value)| Nested(value)).collect();
    let values = nested.iter().zip(fields).map(|(nested, (_, value))| match value {
        Json::String(text) => text.to_value(),
        Json::Bool(value) => value.to_value(),
        _ => nested.to_value(),
    });
    let values: Vec<_> = values.collect();
    let keys: Vec<_> = fields.iter().map(|(name, _)| member_key(name).unwrap().to_vec()).collect();
    let callsite = event_callsite! { level: Info, target: "t", message: "m", keys: [] };
    let record = event(callsite, Message::Constant(M), Fields::Values(&[]));
    let mut members = Kept::default();
    for (key, value) in keys.iter().zip(&values) {
        members.set_value(key, value, &Limits::default());
    }
    match way {
        Way::Values => {
            let keys: Vec<&'static str> = keys.iter().map(|key| leaked(key)).collect();
            let text = crate::callsite::Text { keys: keys.leak(), ..callsite.facts.text };
            let callsite = Callsite::new(Facts { text, ..callsite.facts });
            let origin = Origin::Callsite(Box::leak(Box::new(callsite)));
            each(&Record { origin, fields: Fields::Values(&values), ..record });
        }
        Way::Named => {
            let named = |to: &mut dyn FnMut(&str, &Value<'_>)| {
                fields.iter().zip(&values).for_each(|((name, _), value)| to(name, value));
            };
            each(&Record { fields: Fields::Named(&named), ..record });
        }
        Way::Encoded => each(&Record { fields: Fields::encoded(&members), ..record }),
        Way::Carried => {
            let carried = Carried::default();
            carried.extend(&members);
            each(&Record { carried: carried.if_any(), ..record });
        }
    }
}

fn leaked(key: &[u8]) -> &'static str {
    String::from_utf8(key.to_vec()).unwrap().leak()
}

/// Returns the members of a line that one without fields does not have.
fn own(format: &Format, record: &Record<'_>, style: &Style) -> Map<String, Json> {
    let map = |record: &Record<'_>| {
        let line = formatted(Cursor::default(), record, None, style);
        let line = std::str::from_utf8(line.text()).unwrap();
        assert!(line.trim_end_matches('\n').bytes().all(|byte| byte >= b' '), "{line:?}");
        parse(line, Limits::default())
    };
    let bare = map(&Record { fields: Fields::Values(&[]), carried: None, ..*record });
    let mut own = map(record);
    own.retain(|key, _| !bare.contains_key(key));
    assert_eq!(own.get("truncated"), None, "{format}");
    own
}

fn sorted(pairs: impl Iterator<Item = (String, Json)>) -> Vec<String> {
    let mut pairs: Vec<_> = pairs.map(|(key, value)| format!("{key}={value}")).collect();
    pairs.sort_unstable();
    pairs
}

#[test]
fn what_is_said_of_an_open_request_has_the_names_of_its_line() {
    let callsite = crate::__callsite! { request, target: "shop", name: "get" }.0;
    let members = br#","name":"get","method":"GET","status":200,"age_ms":2.0"#;
    let record = Record {
        origin: Origin::Callsite(callsite),
        ..event(
            callsite,
            Message::Constant(r#","message":"still""#),
            Fields::Encoded(members, false),
        )
    };
    let shown = |format: &Format| {
        let style = Style { format: format.clone(), ..Style::default() };
        let line = formatted(Cursor::default(), &record, None, &style);
        let line = String::from_utf8(line.text().to_vec()).unwrap();
        line[line.find("get").unwrap() - 8..].replace("}\n", "")
    };
    let datadog = r#""name":"get","http.method":"GET","http.status_code":200,"age_ms":2.0"#;
    assert_eq!(shown(&Format::Datadog), datadog);
    let open =
        r#""name":"get","http.request.method":"GET","http.response.status_code":200,"age_ms":2.0"#;
    assert_eq!((shown(&Format::Otel), shown(&Format::Ecs)), (open.to_owned(), open.to_owned()));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(10_000))]
    #[test]
    fn each_value_is_found_under_its_key_in_every_format(fields in any_fields(), way in any_way()) {
        // What is carried has little room, and a number is not text.
        let is_small = fields.iter().map(|(name, value)| name.len() + value.to_string().len() + 12).sum::<usize>() < 200;
        let way = if matches!(way, Way::Carried) && !is_small { Way::Encoded } else { way };
        let fields: Vec<_> = fields
            .into_iter()
            .filter(|(name, value)| value.is_string() || !is_text(name))
            .collect();
        for (_, format) in formats() {
            let style = Style { constants: constants(&format, &[]), format, ..Style::default() };
            let format = &style.format;
            let expected = sorted(fields.iter().map(|(name, value)| {
                let key = spelt(format, name);
                (without_prefixes(&key), read_back(&key, value.clone()))
            }));
            with_fields(&fields, way, &mut |record| {
                let own = own(format, record, &style);
                let found = own.into_iter().map(|(key, value)| {
                    (without_prefixes(&key), read_back(&key, value))
                });
                let found = sorted(found);
                assert_eq!(found, expected, "{format} {way:?}");
            });
        }
    }
}
