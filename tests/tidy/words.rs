//! Plain English: words that stand for something shorter or clearer.

use crate::{
    prose::documents,
    repository::{files, read},
    source::{Kind, Token, tokens},
    violations::{Rule, Violation, assert_none},
};

/// Words that are refused, and what to write instead.
const REFUSED: &[(&str, &str)] = &[
    ("who", "the caller, the worker, a thread; or `that`"),
    ("whoever", "the caller, the worker, a thread"),
    ("nobody", "no caller, no thread, nothing"),
    ("somebody", "another thread, a caller"),
    ("of which", "a sentence of its own"),
    ("inside of", "inside"),
    ("outside of", "outside"),
    ("at the most", "at most"),
    ("tell", "report, show, set, notify"),
    ("tells", "reports, shows, sets, notifies"),
    ("telling", "reporting, showing, setting, notifying"),
    ("told", "reported, shown, set, notified"),
    ("untold", "not reported"),
];

/// Where comments are read.
const CODE: [&str; 7] =
    ["benches", "examples", "tests", "trace-cli", "trace-macros", "trace-runtime", "trace-tower"];

/// Where messages are read, too.
const SOURCES: [&str; 4] =
    ["trace-cli/src", "trace-macros/src", "trace-runtime/src", "trace-tower/src"];

/// A word of a text: bare, in lower case; with its line, and whether a sentence
/// or a clause ends with it.
struct Word {
    text: String,
    line: usize,
    is_last: bool,
}

/// Returns the words of a text, without the names that stand in backticks.
fn words(text: &str, first_line: usize) -> Vec<Word> {
    let without_names: String = text
        .split('`')
        .enumerate()
        .map(|(at, part)| if at % 2 == 0 { part.to_owned() } else { kept_lines(part) })
        .collect();
    let lines = without_names.lines().zip(first_line..);
    let words = lines.flat_map(|(text, line)| {
        text.split_whitespace().map(move |text| {
            let bare = text.trim_matches(|c: char| !c.is_alphanumeric());
            let is_last = text.ends_with(|c: char| !c.is_alphanumeric());
            Word { text: bare.to_lowercase(), line, is_last }
        })
    });
    words.filter(|word| !word.text.is_empty()).collect()
}

/// Stands for a name: a word that is none, and its lines.
fn kept_lines(name: &str) -> String {
    format!("0{}", "\n".repeat(name.matches('\n').count()))
}

/// Returns each refused word of a text.
fn refused(file: &str, text: &str, first_line: usize) -> Vec<Violation> {
    let words = words(text, first_line);
    let mut found = Vec::new();
    for (pattern, better) in REFUSED {
        let pattern: Vec<_> = pattern.split(' ').collect();
        for at in words.windows(pattern.len()) {
            let is_same = at.iter().zip(&pattern).all(|(word, same)| word.text == **same);
            let is_whole = at[..pattern.len() - 1].iter().all(|word| !word.is_last);
            if is_same && is_whole {
                let what = format!("\"{}\": write {better}", pattern.join(" "));
                found.push(Violation { file: file.to_owned(), line: at[0].line, what });
            }
        }
    }
    found
}

/// Returns the comments of a file, those of lines that follow each other as one.
fn comments(tokens: &[Token]) -> Vec<(usize, String)> {
    let mut comments: Vec<(usize, String)> = Vec::new();
    for token in tokens.iter().filter(|token| token.kind == Kind::Comment) {
        match comments.last_mut() {
            Some((first, text)) if *first + text.matches('\n').count() + 1 == token.line => {
                text.push('\n');
                text.push_str(&token.text);
            }
            _ => comments.push((token.line, token.text.clone())),
        }
    }
    comments
}

#[test]
fn prose_and_comments_are_plain_english() {
    let mut found = Vec::new();
    for document in documents() {
        found.extend(refused(&document, &read(&document), 1));
    }
    for file in CODE.iter().flat_map(|folder| files(folder, "rs")) {
        for (line, text) in comments(&tokens(&read(&file))) {
            found.extend(refused(&file, &text, line));
        }
    }
    assert_none(Rule::Words, &found);
}

#[test]
fn messages_are_plain_english() {
    let mut found = Vec::new();
    for file in SOURCES.iter().flat_map(|folder| files(folder, "rs")) {
        let tokens = tokens(&read(&file));
        for message in tokens.iter().filter(|token| token.kind == Kind::Text) {
            found.extend(refused(&file, &message.text, message.line));
        }
    }
    assert_none(Rule::Words, &found);
}

#[test]
fn refused_words_are_found_across_lines_and_not_in_names() {
    let found = refused("a.rs", "It is `told`. The one of\nwhich it is TOLD; made of, which", 7);
    let lines: Vec<_> = found.iter().map(|violation| violation.line).collect();
    assert_eq!(lines, [7, 8], "{found:?}");
}
