//! Documents: which there are, and how wide their lines may be.

use crate::repository::{files, read};

/// How many characters a line of prose has at most.
const WIDTH: usize = 90;

/// Returns the documents of the repository.
pub(crate) fn documents() -> Vec<String> {
    let own =
        ["ARCHITECTURE", "CHANGELOG", "CODE_OF_CONDUCT", "CONTRIBUTING", "README", "SECURITY"];
    let mut documents: Vec<_> = own.map(|name| format!("{name}.md")).into();
    let folders = [".github", "docs", "examples", "findings", "tests"];
    documents.extend(folders.iter().flat_map(|folder| files(folder, "md")));
    documents
}

#[test]
fn prose_is_at_most_90_characters_wide() {
    let mut wide = Vec::new();
    for document in documents() {
        let text = read(&document);
        let lines = prose(&text).into_iter().filter(|(_, line)| is_too_wide(line));
        wide.extend(lines.map(|(number, line)| format!("{document}:{number}: {line}")));
    }
    assert!(wide.is_empty(), "\n{}", wide.join("\n"));
}

/// Returns the lines of a document that are prose, with their numbers: not
/// those of tables, of code, and of what a program writes there.
fn prose(document: &str) -> Vec<(usize, &str)> {
    let (mut is_code, mut is_made) = (false, false);
    let mut prose = Vec::new();
    for (line, number) in document.lines().zip(1..) {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        is_made = line.starts_with("<!-- measured") || is_made && !line.starts_with("<!-- end");
        if !is_code && !is_fence && !is_made && !line.starts_with(['|', '#']) {
            prose.push((number, line));
        }
    }
    prose
}

/// Returns whether a line could have been broken before it became too wide.
fn is_too_wide(line: &str) -> bool {
    let begin = line.find(|c: char| c.is_alphanumeric()).unwrap_or_default();
    line.chars().count() > WIDTH && line[begin..].chars().take(WIDTH).any(char::is_whitespace)
}

#[test]
fn lines_that_cannot_break_may_be_wide() {
    assert!(is_too_wide(&"word ".repeat(19)));
    assert!(!is_too_wide(&format!("- [{}](x)", "w".repeat(90))));
    assert_eq!(prose("a\n```\nb\n```\n| c |\nd").len(), 2);
}
