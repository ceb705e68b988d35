//! Random events: each comes back as it went in, or says that it was cut.

use serde_json::{Value, json};
use test_support::{Random, json};
use trace_runtime::{DynamicEvent, Level, field::ToValue as _, testing::Capture};

use super::{fuzz, text};

#[test]
fn the_encoder() {
    fuzz(3_000, encoder);
}

/// Writes one random event, and checks its line.
fn encoder(random: &mut Random) {
    let (message, target) = (text(random), text(random));
    let named: Vec<_> = (0..random.below(6)).map(|_| (text(random), text(random))).collect();
    let number = f64::from_bits(random.bits());
    let mut fields: Vec<_> =
        named.iter().map(|(name, value)| (name.as_str(), value.to_value())).collect();
    fields.push(("number", number.to_value()));
    let capture = Capture::new();
    capture.run(|| {
        DynamicEvent::new(Level::Info, &target).write(format_args!("{message}"), &fields);
    });
    let [line] = &capture.lines()[..] else { panic!("not one line: {capture:?}") };
    assert!(line.len() < 8_000, "{line}");
    check(&json::parse(line), &message, &named, number);
}

/// Compares a line with what was to be said.
fn check(line: &Value, message: &str, named: &[(String, String)], number: f64) {
    if line["truncated"] == true {
        return;
    }
    assert_eq!(line["message"], message);
    for (_, value) in named {
        let is_there = line.as_object().unwrap().values().any(|there| there == value);
        assert!(is_there, "{value:?} is not in {line}");
    }
    if number.is_finite() {
        assert_eq!(line["number"], json!(number), "{line}");
    }
}
