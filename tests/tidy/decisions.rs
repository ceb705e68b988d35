//! Decisions: numbered without a gap, each with what a reader asks of it, and
//! all in the index.

use crate::repository::{files, read};

const FOLDER: &str = "docs/decisions";

/// Returns the decisions: file name and text, by number.
fn decisions() -> Vec<(String, String)> {
    let of_folder = |path: String| {
        let name = path.strip_prefix(FOLDER)?.trim_start_matches('/').to_owned();
        (name != "README.md").then(|| (name, read(&path)))
    };
    files(FOLDER, "md").into_iter().filter_map(of_folder).collect()
}

#[test]
fn decisions_are_numbered_without_a_gap() {
    for ((name, text), number) in decisions().iter().zip(1..) {
        assert!(name.starts_with(&format!("{number:04}-")), "{name} should be number {number}");
        assert!(text.starts_with(&format!("# {number}. ")), "{name} begins otherwise");
    }
}

#[test]
fn each_decision_has_date_context_decision_and_consequences() {
    for (name, text) in decisions() {
        let headings: Vec<_> = text.lines().filter(|line| line.starts_with("## ")).collect();
        assert_eq!(headings, ["## Context", "## Decision", "## Consequences"], "{name}");
        let date = text.lines().nth(2).and_then(|line| line.strip_prefix("Date: "));
        assert!(date.is_some_and(is_date), "{name} has no `Date: YYYY-MM-DD` in its third line");
    }
}

fn is_date(text: &str) -> bool {
    let digits: Vec<_> = text.split('-').map(str::len).collect();
    digits == [4, 2, 2] && text.chars().all(|c| c.is_ascii_digit() || c == '-')
}

#[test]
fn the_index_lists_each_decision_by_its_title() {
    let index = read(&format!("{FOLDER}/README.md"));
    let mut listed = 0;
    for (name, text) in decisions() {
        let title = text.lines().next().unwrap().trim_start_matches("# ");
        let (number, title) = title.split_once(". ").unwrap();
        let entry = format!("| {number} | [{title}]({name}) |");
        assert!(index.contains(&entry), "{FOLDER}/README.md does not say {entry}");
        listed += 1;
    }
    let entries = index.lines().filter(|line| line.contains("](0")).count();
    assert_eq!(entries, listed, "{FOLDER}/README.md lists what is not there");
}
