//! The names of keys: the same list for the macros and the runtime, and one file
//! that writes them.

use std::collections::BTreeSet;

use crate::{
    modules::Crate,
    repository::{files, read},
    source::{Kind, Token, tokens},
    violations::{Rule, Violation, assert_none},
};

const RUNTIME: &str = "trace-runtime/src";
const MACROS: &str = "trace-macros/src";
/// The lists of reserved keys, in both crates.
const TABLES: [&str; 3] = ["EVERY_LINE", "SCOPES", "TEXT"];

/// Returns the file below a folder that has a `const` table, and its words.
fn table(folder: &str, table: &str) -> (String, BTreeSet<String>) {
    let head = format!("const {table}: &[&str] =");
    let mut files = files(folder, "rs").into_iter();
    let found = files.find_map(|file| {
        let (_, after) = read(&file).split_once(&head).map(|(a, b)| (a.len(), b.to_owned()))?;
        let table = after.split(';').next().unwrap();
        Some((file, table.split('"').skip(1).step_by(2).map(str::to_owned).collect()))
    });
    found.unwrap_or_else(|| panic!("{folder} has no table `{table}`"))
}

#[test]
fn macros_and_runtime_reserve_the_same_keys_and_the_guide_has_them() {
    // How many lines of each level are missing is said where gaps are.
    let pages = ["docs/guide/lines.md", "docs/guide/output.md"].map(read).concat();
    for name in TABLES {
        let ((runtime_file, runtime), (macros_file, macros)) =
            (table(RUNTIME, name), table(MACROS, name));
        let missing = |from: &BTreeSet<String>, other: &BTreeSet<String>| -> Vec<String> {
            from.difference(other).cloned().collect()
        };
        assert_eq!(missing(&runtime, &macros), [""; 0], "`{name}` of {macros_file} lacks these");
        assert_eq!(missing(&macros, &runtime), [""; 0], "`{name}` of {runtime_file} lacks these");
        let is_unnamed = |key: &&String| name != "TEXT" && !pages.contains(&format!("`{key}`"));
        let unnamed: Vec<_> = runtime.iter().filter(is_unnamed).collect();
        assert_eq!(unnamed, [""; 0], "the guide does not name these keys of `{name}`");
    }
}

/// The file that writes the names of keys.
const KEYS: &str = "trace-runtime/src/line/keys.rs";

/// Returns the keys of the runtime: those of the tables, and those that stand
/// as members, such as `,"error":`, in the file of keys.
fn runtime_keys() -> BTreeSet<String> {
    let mut keys: BTreeSet<_> = TABLES.iter().flat_map(|name| table(RUNTIME, name).1).collect();
    keys.extend(tokens(&read(KEYS)).iter().flat_map(members));
    keys
}

/// Returns the keys of the members that a string literal holds: `,"a":1,"b":`.
fn members(token: &Token) -> Vec<String> {
    let text = token.text.replace("\\\"", "\"");
    let parts: Vec<_> = text.split('"').collect();
    let is_key = |it: &&[&str]| token.kind == Kind::Text && it[1].starts_with(':');
    parts.windows(2).filter(is_key).map(|it| it[0].to_owned()).collect()
}

/// Returns the string literals in lists of keys: `keys: ["a", "b"]`.
fn listed(code: &[Token]) -> Vec<&Token> {
    let (mut listed, mut is_list) = (Vec::new(), false);
    for (at, token) in code.iter().enumerate() {
        let begins = token.is("[") && at > 1 && code[at - 1].is(":") && code[at - 2].is("keys");
        is_list = begins || is_list && !token.is("]");
        if is_list && token.kind == Kind::Text {
            listed.push(token);
        }
    }
    listed
}

/// `testing` reads lines, and a `macro_rules!` is text that `concat!` needs: both
/// may name keys.
#[test]
fn one_file_of_the_runtime_writes_the_names_of_keys() {
    let (keys, mut found) = (runtime_keys(), Vec::new());
    let runtime = Crate::read(RUNTIME);
    let is_reader = |path: &str| path == KEYS || path.contains("/testing/");
    for file in runtime.files.iter().filter(|file| !is_reader(&file.path)) {
        let listed = listed(&file.code).into_iter().map(|token| (token.line, token.text.clone()));
        let members = file
            .code
            .iter()
            .flat_map(|token| members(token).into_iter().map(|member| (token.line, member)));
        for (line, key) in listed.chain(members).filter(|(_, key)| keys.contains(key)) {
            let what = format!("the key \"{key}\" belongs into {KEYS}");
            found.push(Violation { file: file.path.clone(), line, what });
        }
    }
    assert_none(Rule::Keys, &found);
}

#[test]
fn keys_are_found_in_lists_and_in_members() {
    let code = tokens(r##"f(a: ["x"], keys: ["b", "c"], ",\"d\":1", br#"{"e":"f","g":1}"#)"##);
    let texts: Vec<_> = listed(&code).iter().map(|token| token.text.as_str()).collect();
    assert_eq!(texts, ["b", "c"]);
    assert_eq!(code.iter().flat_map(members).collect::<Vec<_>>(), ["d", "e", "g"]);
}
