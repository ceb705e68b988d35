//! Random input, again and again, for all code that reads or writes what it is
//! given: nothing panics, and what comes out is right.
//!
//! A short form each time; a million cases of each by
//!
//! ```sh
//! FUZZ_CASES=1000000 cargo test --release -p trace-runtime --lib fuzz
//! FUZZ_CASES=1000000 cargo test --release -p tests --test it fuzz
//! ```
//!
//! Here are the encoder, the headers and the late fields. The directives of a
//! filter, the queue and the writer of lines are tried beside their code, in
//! the runtime.

mod encoder;
mod headers;
mod late_fields;

use test_support::Random;

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

/// Calls `case` with one seed after the other.
fn fuzz(short: u64, case: impl Fn(&mut Random)) {
    let cases = std::env::var("FUZZ_CASES").map_or(short, |cases| cases.parse().unwrap());
    (0..cases).for_each(|seed| case(&mut Random::seeded(seed)));
}

/// Returns some text, seldom a long one.
fn text(random: &mut Random) -> String {
    let parts = match random.below(50) {
        0 => random.below(3_000),
        _ => random.below(8),
    };
    (0..parts).map(|_| PARTS[random.below(PARTS.len())]).collect()
}
