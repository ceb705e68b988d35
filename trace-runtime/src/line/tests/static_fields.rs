//! Static fields beside those of the line itself.

use super::{
    golden::{each_kind, formats, static_field},
    *,
};
use crate::format::Format;

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

/// Returns the line of an event with static fields and fields of its own, in a
/// format, read back.
fn line_in(format: Format, statics: &[&str], fields: &[&str]) -> Map<String, Json> {
    let static_fields: Vec<_> = statics
        .iter()
        .map(|name| StaticField {
            name: (*name).to_owned(),
            key: format!(",\"{name}\":").into_bytes(),
            value: b"\"static\"".to_vec(),
            gives_way: [false; 3],
        })
        .collect();
    let constants = constants(&format, &static_fields);
    let style = Style { format, static_fields, constants, ..Style::default() };
    let callsite = event_callsite! { level: Info, target: "t", message: "m", keys: [] };
    let members: Vec<_> = fields.iter().map(|name| format!(",\"{name}\":\"own\"")).collect();
    let members = members.concat();
    let record = event(callsite, Message::Constant(M), Fields::Encoded(members.as_bytes(), false));
    parse(&text(&record, &style), Limits::default())
}

#[test]
fn static_fields_have_the_names_of_the_format_and_no_key_stands_twice() {
    for (format, statics, fields, expected) in [
        (Format::Otel, &["service"][..], &[][..], &[("service.name", "static")][..]),
        (
            Format::Otel,
            &["service", "service.name"],
            &[],
            &[("service", "static"), ("service.name", "static")],
        ),
        (
            Format::Otel,
            &["service"],
            &["service"],
            &[("service", "own"), ("service.name", "static")],
        ),
        (Format::Otel, &["service"], &["service.name"], &[("service.name", "own")]),
        (
            Format::Ecs,
            &["db.rows", "db_rows"],
            &[],
            &[("labels.db_rows", "static"), ("labels.field_db_rows", "static")],
        ),
        (Format::Ecs, &["db.rows"], &["db_rows"], &[("labels.db_rows", "own")]),
        (
            Format::Ecs,
            &["db.rows", "db_rows"],
            &["field_db_rows"],
            &[("labels.db_rows", "static"), ("labels.field_db_rows", "own")],
        ),
        (Format::Ecs, &["service"], &[], &[("event.dataset", "static.log")]),
        (Format::Ecs, &["service"], &["event.dataset"], &[("event.dataset", "own")]),
        (Format::Datadog, &["host"], &["host"], &[("host", "static"), ("field.host", "own")]),
        (Format::Datadog, &["ddsource"], &[], &[("ddsource", "static")]),
        (Format::Datadog, &[], &[], &[("ddsource", "rust")]),
    ] {
        let line = line_in(format, statics, fields);
        for (key, value) in expected {
            assert_eq!(line[*key], *value, "{key} of {line:?}");
        }
    }
}

#[test]
fn a_carried_field_gives_way_to_the_lines_own_and_to_no_other() {
    let callsite = event_callsite! { level: Info, target: "t", message: "m", keys: ["db_rows"] };
    let carried = Carried::default();
    for key in [&br#","db.rows":"#[..], br#","db_rows":"#, br#","severity":"#] {
        carried.set(&Encoded::new(key, &"carried".to_value(), &Limits::default()));
    }
    let style = Style { format: Format::Ecs, ..Style::default() };
    let values = ["own".to_value()];
    let record = event(callsite, Message::Constant(M), Fields::Values(&values));
    let line =
        parse(&text(&Record { carried: carried.if_any(), ..record }, &style), Limits::default());
    assert_eq!(
        (&line["labels.db_rows"], &line["labels.field_db_rows"]),
        (&"own".into(), &"carried".into())
    );
    assert_eq!(line["labels.severity"], "carried");
    assert!(!line.contains_key("labels.field_field_db_rows"), "{line:?}");
}

/// Names that some format has for a fact of a line.
const FACTS: [&str; 16] = [
    "busy_ns",
    "duration",
    "event.duration",
    "event.outcome",
    "http.method",
    "http.request.method",
    "http.response.status_code",
    "http.route",
    "http.status_code",
    "http.url_details.host",
    "http.url_details.path",
    "http.url_details.port",
    "server.address",
    "server.port",
    "ttfb_ns",
    "url.path",
];

#[test]
fn a_field_named_as_a_fact_of_the_format_stands_beside_that_fact() {
    for (_, format) in formats() {
        for name in FACTS {
            let static_fields = vec![static_field(name, "\"x\"")];
            let constants = constants(&format, &static_fields);
            let style =
                Style { format: format.clone(), static_fields, constants, ..Style::default() };
            each_kind(&mut |record, trace| {
                let line = formatted(Cursor::default(), record, trace, &style);
                let _ = parse(std::str::from_utf8(line.text()).unwrap(), Limits::default());
            });
            let key = format!(",\"{name}\":1").into_bytes();
            let style = Style { static_fields: Vec::new(), constants: Vec::new(), ..style };
            each_kind(&mut |record, trace| {
                let record = match record.fields {
                    Fields::Encoded(..) => {
                        Record { fields: Fields::Encoded(&key, false), ..*record }
                    }
                    Fields::Values(_) | Fields::Named(_) => *record,
                };
                let line = formatted(Cursor::default(), &record, trace, &style);
                let _ = parse(std::str::from_utf8(line.text()).unwrap(), Limits::default());
            });
        }
    }
}
