//! The names of options: the macros know the same ones as the list that an
//! editor completes them from.

use std::collections::BTreeSet;

use crate::repository::read;

/// Returns the words between two texts.
fn words_between(text: &str, start: &str, end: &str) -> BTreeSet<String> {
    let (_, rest) = text.split_once(start).unwrap_or_else(|| panic!("there is no {start}"));
    let list = rest.split(end).next().unwrap_or_default();
    let words = list.split(|c: char| !c.is_alphanumeric() && c != '_');
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

#[test]
fn an_editor_completes_the_options_that_there_are() {
    let macros = read("trace-macros/src/options/names.rs");
    let runtime = read("trace-runtime/src/__private/options.rs");
    for (list, module) in [("OF_TRACED_HANDLER", "traced_handler"), ("OF_TIMED", "timed")] {
        let mut known = words_between(&macros, &format!("const {list}: &[&str] = &["), "]");
        // A keyword, which cannot be the name of a module.
        assert!(known.remove("crate"));
        let start = format!("pub mod {module} {{\n    pub use super::{{");
        assert_eq!(words_between(&runtime, &start, "}"), known, "{module}");
    }
}
