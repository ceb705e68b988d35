//! The line itself: which keys in which order, and how values are spelt.

use std::{
    iter::repeat_n,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde_json::{Value, json};
use test_support::{Random, capture, json, only, values};
use tokio::task::yield_now;
use trace_runtime::{DynamicEvent, Json, Level, field::ToValue as _, info, timed, traced_handler};

/// Returns the text of the one field `k` that a function writes.
fn spelt(write: impl FnOnce()) -> String {
    let capture = capture();
    capture.run(write);
    let line = capture.lines().remove(0);
    json::parse(&line);
    let (_, rest) = line.split_once(r#","k":"#).unwrap_or_else(|| panic!("no field in {line}"));
    rest.strip_suffix('}').unwrap().to_owned()
}

/// Returns a string's text on a line, without its quotes.
fn escaped(text: &str) -> String {
    let spelt = spelt(|| info!(k = text));
    spelt[1..spelt.len() - 1].to_owned()
}

#[tokio::test]
async fn each_kind_of_line_is_spelt_like_this() {
    #[traced_handler(trace_id = "req-1", fields(user_id))]
    async fn get_messages(user_id: u32) -> Result<(), anyhow::Error> {
        fetch(user_id).await?;
        Ok(())
    }
    #[timed(fields(rows = 3))]
    async fn fetch(user_id: u32) -> Result<(), anyhow::Error> {
        info!(user_id, "looking");
        yield_now().await;
        Err(anyhow::anyhow!("disk is slow").context("database timeout"))
    }
    let capture = capture();
    capture.scope(get_messages(42)).await.unwrap_err();
    let masked: Vec<_> = capture.lines().iter().map(|line| json::masked(line)).collect();
    assert_eq!(
        masked,
        [
            r#"{"timestamp":"0","level":"INFO","message":"looking","trace_id":"req-1","span_id":"S","target":"it::line","user_id":42}"#,
            r#"{"timestamp":"0","level":"WARN","message":"Step finished","trace_id":"req-1","span_id":"S","parent_span_id":"S","target":"it::line","kind":"step","name":"fetch","outcome":"error","duration_ms":0,"busy_ms":0,"error":"database timeout","error_chain":["disk is slow"],"rows":3}"#,
            r#"{"timestamp":"0","level":"ERROR","message":"Request processed","trace_id":"req-1","span_id":"S","w3c_trace_id":"762af40b2aaf5c5d89c6fd8a50881169","target":"it::line","kind":"request","name":"get_messages","outcome":"error","duration_ms":0,"busy_ms":0,"error":"database timeout","error_chain":["disk is slow"],"steps":[{"name":"fetch","count":1,"total_ms":0,"self_ms":0,"max_ms":0,"errors":1}],"user_id":42}"#,
        ]
        .map(json::masked)
    );
}

#[tokio::test]
async fn a_refused_id_stands_before_the_users_fields() {
    #[traced_handler(trace_id = "", fields(user_id = 1))]
    async fn handler() {}
    let capture = capture();
    capture.scope(handler()).await;
    let expected = [
        "timestamp",
        "level",
        "message",
        "trace_id",
        "span_id",
        "target",
        "kind",
        "name",
        "outcome",
        "duration_ms",
        "request_id_rejected",
        "user_id",
    ];
    assert_eq!(json::keys(&capture.lines()[0]), expected);
}

#[tokio::test]
async fn absent_keys_are_omitted_and_never_null() {
    #[traced_handler(fields(none = None::<u8>))]
    async fn handler() -> Result<(), ()> {
        info!(none = None::<&str>);
        Err(())
    }
    let capture = capture();
    capture.scope(handler()).await.unwrap_err();
    assert!(!capture.lines().concat().contains("null"), "{capture:?}");
}

#[test]
fn a_timestamp_is_utc_with_six_digits_and_sorts_as_text() {
    let now = || SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
    let capture = capture();
    let before = now();
    capture.run(|| (0..1_000).for_each(|_| info!("tick")));
    let after = now();
    let times: Vec<_> = values(&capture)
        .iter()
        .map(|line| line["timestamp"].as_str().unwrap().to_owned())
        .collect();
    assert!(times.is_sorted());
    for time in times {
        let shape: String =
            time.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect();
        assert_eq!(shape, "0000-00-00T00:00:00.000000Z");
        assert!((before..=after).contains(&seconds(&time)), "{time}");
    }
}

/// Seconds since 1970, by counting days (Howard Hinnant's `days_from_civil`).
fn seconds(time: &str) -> u64 {
    let number = |range: std::ops::Range<usize>| time[range].parse::<u64>().unwrap();
    let (year, month, day) = (number(0..4), number(5..7), number(8..10));
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let days = year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719_468;
    ((days * 24 + number(11..13)) * 60 + number(14..16)) * 60 + number(17..19)
}

#[tokio::test]
async fn durations_are_milliseconds_without_superfluous_zeros() {
    #[timed]
    async fn sleep(ms: u64) {
        tokio::time::sleep(Duration::from_millis(ms)).await;
    }
    let capture = capture();
    capture.scope(async { (sleep(20).await, sleep(0).await) }).await;
    for line in capture.lines() {
        let (_, rest) = line.split_once(r#""duration_ms":"#).unwrap();
        let number = rest.split([',', '}']).next().unwrap();
        let (_, decimals) = number.split_once('.').unwrap();
        assert!((1..=6).contains(&decimals.len()), "{number}");
        assert!(decimals == "0" || !decimals.ends_with('0'), "{number}");
    }
    assert!(values(&capture)[0]["duration_ms"].as_f64().unwrap() >= 20.0);
}

#[test]
fn a_duration_is_a_number_of_milliseconds() {
    let cases = [
        (Duration::ZERO, "0.0"),
        (Duration::from_nanos(125), "0.000125"),
        (Duration::from_micros(1_500), "1.5"),
        (Duration::from_millis(2_003), "2003.0"),
        (Duration::new(2, 3_250_000), "2003.25"),
        (Duration::from_nanos(123_456_789), "123.456789"),
    ];
    for (duration, expected) in cases {
        assert_eq!(spelt(|| info!(k = duration)), expected);
    }
}

#[test]
fn integers_that_no_reader_can_hold_are_strings() {
    assert_eq!(spelt(|| info!(k = 0)), "0");
    assert_eq!(spelt(|| info!(k = u8::MAX)), "255");
    assert_eq!(spelt(|| info!(k = i64::MAX)), "9223372036854775807");
    assert_eq!(spelt(|| info!(k = i64::MAX as u64)), "9223372036854775807");
    assert_eq!(spelt(|| info!(k = i64::MIN + 1)), "-9223372036854775807");
    assert_eq!(spelt(|| info!(k = i64::MIN)), r#""-9223372036854775808""#);
    assert_eq!(spelt(|| info!(k = i64::MAX as u64 + 1)), r#""9223372036854775808""#);
    assert_eq!(spelt(|| info!(k = u64::MAX)), r#""18446744073709551615""#);
    assert_eq!(spelt(|| info!(k = 7_u128)), "7");
    assert_eq!(spelt(|| info!(k = u128::MAX)), format!("\"{}\"", u128::MAX));
    assert_eq!(spelt(|| info!(k = i128::MIN)), format!("\"{}\"", i128::MIN));
}

#[test]
fn floats_are_the_shortest_text_that_reads_back() {
    assert_eq!(spelt(|| info!(k = 0.1_f32)), "0.1");
    assert_eq!(spelt(|| info!(k = 0.1_f64)), "0.1");
    assert_eq!(spelt(|| info!(k = f64::NAN)), "null");
    assert_eq!(spelt(|| info!(k = f64::INFINITY)), "null");
    assert_eq!(spelt(|| info!(k = f32::NEG_INFINITY)), "null");
    for float in [
        0.0,
        -0.0,
        1.0,
        -1.5,
        1e21,
        1e-7,
        f64::MIN_POSITIVE,
        5e-324,
        f64::MAX,
        f64::MIN,
        f64::EPSILON,
        9_007_199_254_740_993.0,
    ] {
        let read: f64 = spelt(|| info!(k = float)).parse().unwrap();
        assert_eq!(read.to_bits(), float.to_bits(), "{float}");
    }
}

/// Through nested JSON, which packs many into one line.
#[test]
fn floats_of_any_bits_read_back_bit_for_bit() {
    const AT_ONCE: usize = 150;
    let mut random = Random::seeded(20);
    for _ in 0..1_000 {
        let floats: Vec<_> = (0..AT_ONCE).map(|_| f64::from_bits(random.bits())).collect();
        let spelt = spelt(|| info!(k = Json(&floats)));
        let read: Vec<_> = spelt[1..spelt.len() - 1].split(',').collect();
        assert_eq!(read.len(), AT_ONCE);
        for (text, float) in read.into_iter().zip(floats) {
            if float.is_finite() {
                assert_eq!(text.parse::<f64>().unwrap().to_bits(), float.to_bits(), "{text}");
            } else {
                assert_eq!(text, "null");
            }
        }
    }
}

#[test]
fn what_would_hurt_a_terminal_or_a_page_is_escaped() {
    let cases = [
        ("\"\\/", r#"\"\\/"#),
        ("\u{8}\u{c}\n\r\t", r"\b\f\n\r\t"),
        ("\0\u{1f}", r"\u0000\u001f"),
        ("\u{7f}\u{80}\u{9f}", r"\u007f\u0080\u009f"),
        ("\u{2028}\u{2029}", r"\u2028\u2029"),
        ("\u{200e}\u{200f}\u{202a}\u{202e}", r"\u200e\u200f\u202a\u202e"),
        ("\u{2066}\u{2069}\u{feff}", r"\u2066\u2069\ufeff"),
        ("é€😀\u{a0}\u{200d}", "é€😀\u{a0}\u{200d}"),
    ];
    for (text, expected) in cases {
        assert_eq!(escaped(text), expected);
        let capture = capture();
        capture.run(|| info!("{text}"));
        assert!(capture.lines()[0].contains(&format!(r#""message":"{expected}","#)));
    }
}

#[test]
fn every_character_reads_back_as_it_was() {
    let all: Vec<_> = ('\0'..=char::MAX).collect();
    for part in all.chunks(600) {
        let text: String = part.iter().collect();
        let spelt = spelt(|| info!(k = text));
        assert_eq!(serde_json::from_str::<String>(&spelt).unwrap(), text);
        assert!(!spelt.chars().any(is_harmful), "{spelt}");
    }
}

fn is_harmful(c: char) -> bool {
    matches!(c,
        '\0'..='\x1f' | '\x7f'..='\u{9f}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[test]
fn bytes_that_are_not_text_become_replacement_characters() {
    for first in 0..=u8::MAX {
        let bytes: Vec<u8> = (0..=u8::MAX).flat_map(|second| [first, second, b'.']).collect();
        let spelt = spelt(|| info!(k = bytes));
        let read: String = serde_json::from_str(&spelt).unwrap();
        assert_eq!(read, String::from_utf8_lossy(&bytes));
    }
}

#[test]
fn a_key_known_only_at_run_time_stands_once() {
    let cases: [(&[&str], &[&str]); 9] = [
        (&["a", "a", "a"], &["a", "field.a", "field.field.a"]),
        (&["level", "trace_id"], &["field.level", "field.trace_id"]),
        (&["field.level", "level"], &["field.level", "field.field.level"]),
        (&["truncated", "line", "file"], &["field.truncated", "field.line", "field.file"]),
        (&["error", "name", "path"], &["error", "name", "path"]),
        (&["status", "Level", "STEPS"], &["field.status", "field.Level", "field.STEPS"]),
        (&["id", "Id", "ID"], &["id", "field.Id", "field.field.ID"]),
        (&["", ""], &["", "field."]),
        (&["\"", "\u{2028}", "a b"], &["\"", "\u{2028}", "a b"]),
    ];
    for (given, written) in cases {
        let fields: Vec<_> = given.iter().map(|key| (*key, 1.to_value())).collect();
        let capture = capture();
        capture.run(|| DynamicEvent::new(Level::Info, "x").write(format_args!("m"), &fields));
        assert_eq!(json::keys(&capture.lines()[0])[4..], *written);
    }
}

#[test]
fn a_key_too_long_is_left_out_and_the_line_says_so() {
    let key = "k".repeat(10_240);
    let capture = capture();
    capture.run(|| {
        let fields = [(key.as_str(), 1.to_value()), ("short", 2.to_value())];
        DynamicEvent::new(Level::Info, "x").write(format_args!("m"), &fields);
    });
    let line = only(&capture);
    assert_eq!((&line["short"], &line["truncated"]), (&json!(2), &json!(true)));
    assert!(capture.lines()[0].len() < 1_000);
}

#[test]
fn a_foreign_line_goes_through_the_same_filter_under_its_own_target() {
    let capture = test_support::capture_at("off,legacy=info");
    capture.run(|| {
        DynamicEvent::new(Level::Info, "legacy::db").write(format_args!("passes"), &[]);
        DynamicEvent::new(Level::Debug, "legacy::db").write(format_args!("too fine"), &[]);
        DynamicEvent::new(Level::Error, "other").write(format_args!("not asked for"), &[]);
    });
    let line = only(&capture);
    assert_eq!((&line["message"], &line["target"]), (&json!("passes"), &json!("legacy::db")));
}

/// 8,000 a line, 4,096 a value, 2,048 a message; all in escaped bytes.
#[test]
fn what_is_too_long_is_cut_on_a_character_and_marked() {
    for character in ["x", "é", "€", "😀", "\n", "\u{1}", "\u{2028}", "\""] {
        let capture = capture();
        let text = character.repeat(5_000);
        capture.run(|| info!(k = text, after = 1, "{text}"));
        let raw = capture.lines().remove(0);
        assert!(raw.len() < 8_000, "{}", raw.len());
        assert!(raw.ends_with(r#","after":1,"truncated":true}"#), "{raw}");
        let line = only(&capture);
        for (key, most) in [("message", 2_048), ("k", 4_096)] {
            let value = line[key].as_str().unwrap();
            assert!(text.starts_with(value), "{key}");
            let one = escaped(character).len();
            let taken = value.len() / character.len() * one;
            // Quotes may or may not be counted.
            assert!((most - 2 - one..=most).contains(&taken), "{key} {taken}");
        }
    }
}

#[test]
fn what_just_fits_is_whole() {
    for len in [0, 1, 2_045, 2_046] {
        let capture = capture();
        let text = "x".repeat(len);
        capture.run(|| info!("{text}"));
        let line = only(&capture);
        assert_eq!(line["message"], text);
        assert!(line.get("truncated").is_none());
    }
}

#[test]
fn many_fields_are_written_as_far_as_there_is_room() {
    let names: Vec<_> = (0..2_000).map(|n| format!("field_{n}")).collect();
    let capture = capture();
    capture.run(|| {
        let fields: Vec<_> =
            names.iter().map(|name| (name.as_str(), i64::MAX.to_value())).collect();
        DynamicEvent::new(Level::Info, "x").write(format_args!("m"), &fields);
    });
    let line = capture.lines().remove(0);
    assert!((7_900..8_000).contains(&line.len()), "{}", line.len());
    assert_eq!(json::parse(&line)["truncated"], true);
    assert_eq!(json::parse(&line)["field_0"], i64::MAX);
}

#[tokio::test]
async fn ids_and_names_are_whole_on_a_line_that_was_cut() {
    #[traced_handler(trace_id = "x".repeat(128), fields(a = text, b = text, c = text))]
    async fn handler(text: &str) -> Result<(), String> {
        info!(a = text, b = text, "{text}");
        Err(text.to_owned())
    }
    let capture = capture();
    let text = "\u{1}".repeat(10_000);
    capture.scope(handler(&text)).await.unwrap_err();
    for (raw, line) in capture.lines().iter().zip(values(&capture)) {
        assert!(raw.len() < 8_000, "{}", raw.len());
        assert_eq!(line["trace_id"], "x".repeat(128));
        assert_eq!(line["span_id"].as_str().unwrap().len(), 16);
        assert_eq!(line["truncated"], true);
    }
}

#[test]
fn nested_json_that_does_not_fit_is_left_out() {
    let numbers: Vec<_> = repeat_n(i64::MAX, 1_000).collect();
    let capture = capture();
    capture.run(|| info!(k = Json(&numbers), after = 1));
    let line = only(&capture);
    assert_eq!(line.get("k"), None::<&Value>);
    assert_eq!((&line["after"], &line["truncated"]), (&json!(1), &json!(true)));
}
