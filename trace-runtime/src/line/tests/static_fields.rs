//! Static fields beside those of the line itself.

use super::*;

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
