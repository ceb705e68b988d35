//! Values keep their types, and no key stands twice.

use std::{fmt, io};

use serde::Serialize;

use crate::line;

#[test]
fn values_keep_their_types() {
    let line = line(|| {
        log::info!(
            bool = true, small = 1_u8, signed = -1_i64, large = u64::MAX, huge = u128::MAX,
            double = 0.1, single = 0.1_f32, half = 0.5_f32, text = "a \"b\"", letter = 'x',
            none = None::<u32>, some = Some(3); "m"
        );
    });
    for (key, expected) in [
        ("bool", "true"),
        ("small", "1"),
        ("signed", "-1"),
        ("large", "\"18446744073709551615\""),
        ("huge", "\"340282366920938463463374607431768211455\""),
        ("double", "0.1"),
        ("single", "0.10000000149011612"),
        ("half", "0.5"),
        ("text", r#""a \"b\"""#),
        ("letter", "\"x\""),
        ("some", "3"),
    ] {
        assert_eq!(line[key].to_string(), expected, "{key}");
    }
    assert!(line.get("none").is_none());
}

#[test]
fn what_is_shown_is_text() {
    let line = line(|| log::info!(shown:% = 7, debugged:? = Some("x"); "m"));
    assert_eq!((&line["shown"], &line["debugged"]), (&"7".into(), &"Some(\"x\")".into()));
}

#[test]
fn errors_have_their_causes_and_values_that_serialize_are_json() {
    #[derive(Serialize)]
    struct Point {
        x: u8,
    }

    let error = io::Error::other(io::Error::other("disk gone"));
    let line = line(|| log::info!(e:err = error, point:serde = Point { x: 1 }; "m"));
    assert_eq!((&line["e"], &line["e_chain"][0]), (&"disk gone".into(), &serde_json::Value::Null));
    assert_eq!(line["point"]["x"], 1);
}

#[test]
fn the_first_of_equal_keys_keeps_its_name_and_keys_of_ours_give_way() {
    let line = line(|| log::info!(id = 1, id = 2, level = 3, kind = "x"; "m"));
    assert_eq!((&line["id"], &line["field.id"]), (&1.into(), &2.into()));
    assert_eq!((&line["level"], &line["field.level"]), (&"INFO".into(), &3.into()));
    assert_eq!(line["field.kind"], "x");
}

#[test]
fn any_key_is_written() {
    let line = line(|| log::info!("a b" = 1, "a.b" = 2, "a\"b\n" = 3, "" = 4; "m"));
    for (key, value) in [("a b", 1), ("a.b", 2), ("a\"b\n", 3), ("", 4)] {
        assert_eq!(line[key], value, "{key:?}");
    }
}

#[test]
fn a_value_that_panics_leaves_a_mark_and_the_rest() {
    struct Panics;

    impl fmt::Display for Panics {
        fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
            panic!("no")
        }
    }

    let line = line(|| log::info!(before = 1, bad:% = Panics, after = 2; "{Panics}"));
    assert_eq!((&line["before"], &line["after"]), (&1.into(), &2.into()));
    assert_eq!(line["message"], "<panicked>");
    assert_eq!(line["bad"], "<panicked>");
}

/// Pairs made at run time, with these keys.
struct Many(Vec<String>);

impl log::kv::Source for Many {
    fn visit<'kvs>(
        &'kvs self,
        visitor: &mut dyn log::kv::VisitSource<'kvs>,
    ) -> Result<(), log::kv::Error> {
        for (key, number) in self.0.iter().zip(0_u32..) {
            visitor.visit_pair(key.as_str().into(), number.into())?;
        }
        Ok(())
    }
}

/// Panics in the middle of its pairs.
struct Breaks;

impl log::kv::Source for Breaks {
    fn visit<'kvs>(
        &'kvs self,
        visitor: &mut dyn log::kv::VisitSource<'kvs>,
    ) -> Result<(), log::kv::Error> {
        visitor.visit_pair("first".into(), 1.into())?;
        panic!("in the middle")
    }
}

fn log_with(pairs: &dyn log::kv::Source) {
    let mut record = log::Record::builder();
    record.level(log::Level::Info).target("x").key_values(&pairs);
    log::logger().log(&record.args(format_args!("m")).build());
}

#[test]
fn three_hundred_pairs_are_written_and_a_source_that_panics_ends_there() {
    let keys: Vec<_> = (0..300).map(|number| format!("key_{number}")).collect();
    let many = line(|| log_with(&Many(keys.clone())));
    assert!(keys.iter().zip(0..).all(|(key, number)| many[key] == number));
    let broken = line(|| log_with(&Breaks));
    assert_eq!((&broken["first"], &broken["truncated"]), (&1.into(), &true.into()));
}
