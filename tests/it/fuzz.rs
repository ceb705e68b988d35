//! Random events through the encoder: each comes back as it went in, or says
//! that it was cut.
//!
//! A short form each time; a million cases by
//!
//! ```sh
//! FUZZ_CASES=1000000 cargo test --workspace --release fuzz
//! ```

use serde_json::{Value, json};
use tests::{Random, json};
use trace_runtime::{ForeignEvent, Level, ToValue as _, testing::Capture};

/// What text is made of: plain, to be escaped, long in UTF-8, and names that
/// the runtime uses itself.
const PARTS: [&str; 20] = [
    "a",
    "level",
    "message",
    "field.",
    "trace_id",
    "\"",
    "\\",
    "\n",
    "\0",
    "\u{1b}[0m",
    "\u{7f}",
    "\u{85}",
    "\u{202e}",
    "\u{2028}",
    "\u{feff}",
    "ß",
    "日本",
    "🦀",
    "\u{10ffff}",
    " ",
];

fn text(random: &mut Random) -> String {
    let parts = match random.below(50) {
        0 => random.below(3_000),
        _ => random.below(8),
    };
    (0..parts).map(|_| PARTS[random.below(PARTS.len())]).collect()
}

/// Writes one random event, and checks its line.
fn encoder(seed: u64) {
    let random = &mut Random::seeded(seed);
    let (message, target) = (text(random), text(random));
    let named: Vec<_> = (0..random.below(6)).map(|_| (text(random), text(random))).collect();
    let number = f64::from_bits(random.bits());
    let mut fields: Vec<_> =
        named.iter().map(|(name, value)| (name.as_str(), value.to_value())).collect();
    fields.push(("number", number.to_value()));
    let capture = Capture::new();
    capture.run(|| {
        ForeignEvent::new(Level::Info, &target).write(format_args!("{message}"), &fields);
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

#[test]
fn fuzz_the_encoder() {
    let cases = std::env::var("FUZZ_CASES").map_or(3_000, |cases| cases.parse().unwrap());
    (0..cases).for_each(encoder);
}
