//! What an editor is answered about each word of a file.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::project::{File, Place, Project};

/// What an editor asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Question {
    Completion,
    Definition,
    Diagnostics,
    Hints,
    Hover,
    References,
    Rename,
    Tokens,
    Type,
}

/// The answers to each question, by the place that it is about.
pub(crate) type Answers = BTreeMap<(Question, Place), String>;

/// Asks every question about every word.
pub(crate) fn answers(project: &mut Project, file: &File) -> Answers {
    let mut answers = Answers::new();
    of_file(project, file, &mut answers);
    for (place, _) in words(&file.text) {
        of_word(project, file, place, &mut answers);
    }
    for (line, text) in file.text.lines().enumerate() {
        for (column, _) in text.match_indices('.') {
            let place = Place(line, column + 1);
            let answer = project.ask_at("completion", file, place, json!({}));
            answers.insert(
                (Question::Completion, place),
                labels(&answer.unwrap_or_default()).join(" "),
            );
        }
    }
    answers
}

fn of_word(project: &mut Project, file: &File, place: Place, answers: &mut Answers) {
    let here = json!({});
    for (question, method) in [
        (Question::Definition, "definition"),
        (Question::Hover, "hover"),
        (Question::Type, "typeDefinition"),
    ] {
        let answer = project.ask_at(method, file, place, here.clone());
        answers.insert((question, place), shown(file, answer));
    }
    // The standard library is large.
    if !answers[&(Question::Definition, place)].contains("/here.rs") {
        return;
    }
    let references = json!({ "context": { "includeDeclaration": true } });
    let rename = json!({ "newName": "renamed" });
    for (question, method, more) in
        [(Question::References, "references", references), (Question::Rename, "rename", rename)]
    {
        let answer = project.ask_at(method, file, place, more);
        answers.insert((question, place), shown(file, answer));
    }
}

/// What can be completed.
pub(crate) fn labels(completion: &Value) -> Vec<String> {
    let items = completion["items"].as_array().into_iter().flatten();
    let mut labels: Vec<_> =
        items.filter_map(|item| item["label"].as_str()).map(str::to_owned).collect();
    labels.sort();
    labels
}

/// Asks what is asked about a file as a whole.
fn of_file(project: &mut Project, file: &File, answers: &mut Answers) {
    let lines = file.text.lines().count();
    let all = json!({
        "range": { "start": position(0), "end": position(lines) }
    });
    let hints = project.ask("inlayHint", file, all).unwrap_or_default();
    for hint in hints.as_array().into_iter().flatten() {
        insert(answers, Question::Hints, &hint["position"], shown(file, Ok(hint.clone())));
    }
    let diagnostics = project.ask("diagnostic", file, json!({})).unwrap_or_default();
    for item in diagnostics["items"].as_array().into_iter().flatten() {
        let place = &item["range"]["start"];
        insert(answers, Question::Diagnostics, place, shown(file, Ok(item.clone())));
    }
    let tokens = project.ask("semanticTokens/full", file, json!({})).unwrap_or_default();
    for (place, token) in semantic_tokens(&tokens) {
        answers.insert((Question::Tokens, place), token);
    }
}

fn position(line: usize) -> Value {
    json!({ "line": line, "character": 0 })
}

/// Adds one of perhaps several answers that belong to a place.
fn insert(answers: &mut Answers, question: Question, place: &Value, answer: String) {
    let number = |key: &str| usize::try_from(place[key].as_u64().unwrap_or(0)).unwrap_or(0);
    let key = (question, Place(number("line"), number("character")));
    *answers.entry(key).or_default() += &answer;
}

/// The tokens with what they are, each given relative to the one before.
fn semantic_tokens(tokens: &Value) -> Vec<(Place, String)> {
    let numbers: Vec<_> =
        tokens["data"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
    let (mut line, mut column) = (0, 0);
    let place = |token: &[u64]| {
        let [lines, columns, rest @ ..] = token else { unreachable!("in chunks of 5") };
        column = if *lines == 0 { column + columns } else { *columns };
        line += lines;
        let place = [line, column].map(|it| usize::try_from(it).unwrap_or_default());
        (Place(place[0], place[1]), format!("{rest:?}"))
    };
    numbers.chunks_exact(5).map(place).collect()
}

/// An answer as text, in which the file is called the same whatever its name.
fn shown(file: &File, answer: Result<Value, String>) -> String {
    let mut answer = answer.unwrap_or_else(Value::String);
    if let Some(list) = answer.as_array_mut() {
        list.sort_by_key(Value::to_string);
    }
    let text = match answer["contents"]["value"].as_str() {
        Some(text) => text.to_owned(),
        None => answer.to_string(),
    };
    text.replace(&format!("/{}.rs", file.name), "/here.rs")
        .replace(&format!("::{}", file.name), "::here")
}

/// Where words begin, and what they are: names, keywords, `?`. Comments and
/// strings have none, but for what stands in braces there.
pub(crate) fn words(text: &str) -> Vec<(Place, &str)> {
    let mut words = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let code = line.split("//").next().unwrap_or(line);
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        let mut rest = code;
        while let Some(start) = rest.find(|c| is_word(c) || c == '?') {
            let end = rest[start..].find(|c| !is_word(c)).unwrap_or(rest.len() - start).max(1);
            let column = code.len() - rest.len() + start;
            words.push((Place(number, column), &rest[start..start + end]));
            rest = &rest[start + end..];
        }
    }
    words
}
