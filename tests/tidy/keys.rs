//! The names of keys: the same list for the macros and the runtime, and one file
//! that writes them.

use std::collections::BTreeSet;

use crate::repository::read;

/// Returns the words of a `const` table in Rust source.
fn words(path: &str, table: &str) -> BTreeSet<String> {
    let source = read(path);
    let (_, after) = source
        .split_once(&format!("const {table}: &[&str] ="))
        .unwrap_or_else(|| panic!("{path} has no table `{table}`"));
    let table = after.split(';').next().unwrap();
    table.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn macros_and_runtime_reserve_the_same_keys_and_the_readme_has_them() {
    const RUNTIME: &str = "trace-runtime/src/line/keys.rs";
    const MACROS: &str = "trace-macros/src/reserved.rs";
    // Kept for what is to come.
    const AHEAD: [&str; 1] = ["detail_dropped"];
    let readme = read("README.md") + &AHEAD.map(|key| format!("`{key}`")).concat();
    for table in ["EVERY_LINE", "SCOPES", "TEXT"] {
        let (runtime, macros) = (words(RUNTIME, table), words(MACROS, table));
        let missing = |from: &BTreeSet<String>, other: &BTreeSet<String>| -> Vec<String> {
            from.difference(other).cloned().collect()
        };
        assert_eq!(missing(&runtime, &macros), [""; 0], "`{table}` of {MACROS} lacks these");
        assert_eq!(missing(&macros, &runtime), [""; 0], "`{table}` of {RUNTIME} lacks these");
        let is_unnamed = |key: &&String| table != "TEXT" && !readme.contains(&format!("`{key}`"));
        let unnamed: Vec<_> = runtime.iter().filter(is_unnamed).collect();
        assert_eq!(unnamed, [""; 0], "README.md does not name these keys of `{table}`");
    }
}
