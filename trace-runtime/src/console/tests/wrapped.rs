//! Where rows end, in windows of several widths.

use super::*;

#[test]
fn what_has_no_room_goes_into_rows_below_the_message() {
    let callsite = event_callsite! {
        level: Info, target: "messages::steps",
        message: "reading the database of a tenant with a rather long name",
        keys: ["tenant", "address"]
    };
    let values = ["globex".to_value(), "postgres://db.internal:5432/messages_globex".to_value()];
    let id = trace();
    let record = Record { ids: Some(ids(&id)), ..event(callsite, &values) };
    assert_eq!(
        shown(&record, &columns(80)),
        "03:00:09.143 INFO    messages::steps  reading the database of a tenant with a
                     rather long name  tenant=globex
                     address=postgres://db.internal:5432/messages_globex
                     48a5ba26\n",
    );
    assert_eq!(
        shown(&record, &columns(60)),
        "03:00:09.143 INFO    messages::steps  reading the database
      of a tenant with a rather long name  tenant=globex
      address=postgres://db.internal:5432/messages_globex
      48a5ba26\n",
    );
}

#[test]
fn no_row_is_wider_than_the_window() {
    let callsite = event_callsite! {
        level: Info, target: "t", message: ("日本 語の 文 章 aa bb cc dd ee ff gg hh ii"),
        keys: ["a", "b", "c"]
    };
    let values = [1.to_value(), "x y z".to_value(), "日本".to_value()];
    for width in 30..120 {
        let text = shown(&event(callsite, &values), &columns(width));
        for row in text.lines() {
            assert!(text::columns(row) <= width, "{width}: {row}");
        }
    }
}

#[test]
fn a_word_that_no_row_has_room_for_is_broken_so_that_no_row_looks_like_a_record() {
    let callsite = event_callsite! {
        level: Info, target: "t", message: ("login\u{a0}failed\u{a0}login\u{a0}failed\u{a0}login\u{a0}failed\u{a0}login\u{a0}failed\u{a0}login"), keys: ["user", "name"]
    };
    let forged = format!("{}08:00:00.000 INFO  admin  granted", "x".repeat(90));
    let name = "日".repeat(90);
    let values = [forged.as_str().to_value(), name.as_str().to_value()];
    for width in 30..120 {
        let text = shown(&event(callsite, &values), &columns(width));
        for row in text.lines().skip(1) {
            assert!(row.starts_with(' ') && text::columns(row) <= width, "{width}: {row}");
        }
    }
}

#[test]
fn a_deep_step_is_not_pushed_out_of_the_window() {
    let callsite = callsite! { step, target: "t", name: "n" }.0;
    let ok = ended(Outcome::Ok, 1_000_000);
    let record = Record { around: Some(inside(1_000)), ..closed(callsite, &ok, Level::Info, b"") };
    let expected = format!("03:00:09.143 INFO  {}t  n  1.000 ms\n", " ".repeat(20));
    assert_eq!(shown(&record, &columns(80)), expected);
}
