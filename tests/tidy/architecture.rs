//! ARCHITECTURE.md: how long it may get, and whether what it names is there.

use std::{collections::BTreeSet, path::Path};

use crate::{
    modules::Crate,
    repository::{block, crates, files, read},
    violations::{Rule, Violation, assert_none},
};

const PAGE: &str = "ARCHITECTURE.md";

/// Returns the runtime's modules in their order.
pub(crate) fn listed_modules() -> Vec<String> {
    let order = block(&read(PAGE), "```text order\n");
    order.lines().map(|line| line.split_whitespace().next().unwrap().to_owned()).collect()
}

#[test]
fn each_module_is_listed_once() {
    let listed = listed_modules();
    let runtime = Crate::read("trace-runtime/src");
    let modules = runtime.files.iter().filter(|file| file.module.len() == 1);
    let modules: BTreeSet<_> = modules.map(|file| file.module[0].clone()).collect();
    let missing: Vec<_> = modules.iter().filter(|it| !listed.contains(it)).collect();
    let gone: Vec<_> = listed.iter().filter(|it| !modules.contains(*it)).collect();
    assert!(missing.is_empty() && gone.is_empty(), "missing: {missing:?}, gone: {gone:?}");
    assert_eq!(listed.len(), modules.len(), "one is listed twice");
}

#[test]
fn each_file_that_is_named_is_there() {
    let others = ["tests", "examples"].map(str::to_owned);
    let folders: Vec<_> = others.into_iter().chain(crates()).collect();
    let there: Vec<_> = folders
        .iter()
        .flat_map(|folder| files(folder, "rs"))
        .map(|file| format!("/{}", file.replace("/src/", "/")))
        .collect();
    let mut found = Vec::new();
    for (text, line) in read(PAGE).lines().zip(1..) {
        let words = text.split(|c: char| c.is_whitespace() || "`,;:()".contains(c));
        for name in words.filter(|word| is_rust(word)) {
            if !there.iter().any(|file| file.ends_with(&format!("/{name}"))) {
                let what = format!("there is no {name}");
                found.push(Violation { file: PAGE.to_owned(), line, what });
            }
        }
    }
    assert_none(Rule::Files, &found);
}

fn is_rust(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "rs")
}

/// It is read in one sitting: what was decided once, and why, stands in
/// `docs/decisions`.
#[test]
fn it_is_at_most_110_lines_long() {
    let lines = read(PAGE).lines().count();
    assert!(lines <= 110, "{lines} lines");
}
