//! Blocks of the pages of `docs`, to be compared with what is real.

use std::{fs, path::Path};

/// Returns the text of the first block of a page that begins with this fence.
///
/// # Panics
///
/// If there is no such page or block.
pub fn block(page: &str, fence: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs").join(page);
    let text = fs::read_to_string(path).unwrap_or_else(|error| panic!("{page}: {error}"));
    let Some((_, after)) = text.split_once(&format!("```{fence}\n")) else {
        panic!("{page} has no block `{fence}`")
    };
    after.split("```").next().unwrap_or_default().to_owned()
}

/// Returns a text without spaces, in which each number and each id is a zero.
pub fn without_numbers(text: &str) -> String {
    let is_id = |word: &str| word.len() >= 16 && word.chars().all(|c| c.is_ascii_hexdigit());
    let words = text.split('"').map(|word| if is_id(word) { "0" } else { word });
    let text = words.collect::<Vec<_>>().join("\"");
    let mut shown = String::new();
    for c in text.chars().filter(|c| !c.is_whitespace()) {
        let c = if c.is_ascii_digit() || c == '.' && shown.ends_with('0') { '0' } else { c };
        if c != '0' || !shown.ends_with('0') {
            shown.push(c);
        }
    }
    shown
}

#[test]
fn only_numbers_and_ids_are_left_out() {
    let one = without_numbers("a{id=\"5646c6d34ebd4eeb\",le=\"0.01\"} 59\n  # 0.0068");
    assert_eq!(one, "a{id=\"0\",le=\"0\"}0#0");
    assert_ne!(one, without_numbers("a{id=\"0\",le=\"0\"} x # 0"));
}
