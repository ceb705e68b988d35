use super::*;
use crate::{
    line::{Keys, read, time_ns},
    zone::Zone,
};

const REQUEST: &str = r#"{"timestamp":"2026-11-22T03:00:09.143456Z","level":"INFO","message":"Request processed","trace_id":"4bf92f3577b34da6a3ce929d0e0e4736","span_id":"00f067aa0ba902b7","target":"shop","kind":"request","name":"get","outcome":"ok","duration_ms":250.0,"method":"GET","route":"/a/{id}","path":"/a/7","status":404,"user_id":42,"tenant":"acme","service":"shop"}"#;

fn holds(condition: &str) -> bool {
    condition.parse::<Condition>().unwrap().holds(&read(REQUEST.as_bytes(), Keys::Any).unwrap().0)
}

#[test]
fn conditions_compare_numbers_as_numbers_and_texts_as_texts() {
    for condition in [
        "user_id=42",
        "user_id=42.0",
        "user_id>5",
        "user_id<100",
        "user_id>=42",
        "user_id<=42",
        "user_id==42",
        "user_id >= 42",
        "tenant = acme",
        "tenant>=acme",
        "tenant=acme",
        "tenant!=x",
        "tenant~cm",
        "none!=1",
    ] {
        assert!(holds(condition), "{condition}");
    }
    for condition in [
        "user_id=4",
        "user_id>42",
        "user_id>=43",
        "user_id<=41",
        "tenant=Acme",
        "tenant!=acme",
        "none=1",
        "none~",
    ] {
        assert!(!holds(condition), "{condition}");
    }
    for wrong in ["", "=1", "field", "!"] {
        assert!(wrong.parse::<Condition>().is_err(), "{wrong}");
    }
}

#[test]
fn requests_are_chosen_by_what_their_lines_say() {
    let takes = |filter: &Filter| filter.takes(&read(REQUEST.as_bytes(), Keys::Any).unwrap().0);
    let some = |text: &str| Some(text.to_owned());
    assert!(takes(&Filter { slow_ns: Some(250_000_000), failed: true, ..Filter::default() }));
    assert!(!takes(&Filter { failed: true, ..Filter::default() }));
    assert!(takes(&Filter { route: some("/a/{id}"), ..Filter::default() }));
    assert!(takes(&Filter { route: some("GET /a/{id}"), ..Filter::default() }));
    assert!(!takes(&Filter { route: some("POST /a/{id}"), ..Filter::default() }));
    assert!(takes(&Filter { status: Some("4xx".parse().unwrap()), ..Filter::default() }));
    assert!(!takes(&Filter { status: Some("403".parse().unwrap()), ..Filter::default() }));
    assert!(takes(&Filter { service: some("shop"), outcome: some("ok"), ..Filter::default() }));
    assert!(!takes(&Filter { since: time_ns(b"\"2026-11-22T03:00:10Z\""), ..Filter::default() }));
}

#[test]
fn durations_and_moments_are_read_as_people_type_them() {
    for (text, ns) in
        [("250ms", 250_000_000), ("1.5s", 1_500_000_000), ("10m", 600_000_000_000), ("2us", 2_000)]
    {
        assert_eq!(duration_ns(text), Ok(ns), "{text}");
    }
    for text in ["", "10", "ms", "1.2.3s", "10 m", "-1s", "99999999999d"] {
        assert!(duration_ns(text).is_err(), "{text}");
    }
    let newest = time_ns(b"\"2026-11-22T18:03:15Z\"").unwrap();
    let at = |text: &str| text.parse::<Moment>().unwrap().resolve(newest, Zone::Utc);
    assert_eq!(at("15s"), time_ns(b"\"2026-11-22T18:03:00Z\"").unwrap());
    assert_eq!(at("18:03"), time_ns(b"\"2026-11-22T18:03:00Z\"").unwrap());
    assert_eq!(at("2026-11-21"), time_ns(b"\"2026-11-21T00:00:00Z\"").unwrap());
    assert_eq!(at("2026-11-21T10:00"), time_ns(b"\"2026-11-21T10:00:00Z\"").unwrap());
    assert!("soon".parse::<Moment>().is_err());
}
