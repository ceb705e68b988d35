//! What an editor is answered about each word of a file.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    highlighting::tokens,
    project::{File, Place, Project},
    shown::{is_of, labels, shown},
    words::words,
};

/// What an editor asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Question {
    /// Behind each dot.
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

use Question::{
    Completion, Definition, Diagnostics, Hints, Hover, References, Rename, Tokens, Type,
};

/// The answers to each question, by the place that it is about.
pub(crate) type Answers = BTreeMap<(Question, Place), String>;

/// Asks every question about every word.
pub(crate) fn answers(project: &mut Project, file: &File) -> Answers {
    let mut answers = of_file(project, file);
    let places: Vec<_> = words(&file.text).into_iter().map(|(place, _)| place).collect();
    of_places(project, file, &places, &[Definition, Hover, Type], &mut answers);
    // In the standard library there are many references, and nothing to rename.
    let is_here = |place: &Place| answers[&(Definition, *place)].contains("/here.rs");
    let places: Vec<_> = places.into_iter().filter(is_here).collect();
    of_places(project, file, &places, &[References, Rename], &mut answers);
    of_places(project, file, &behind_dots(&file.text), &[Completion], &mut answers);
    answers
}

impl Question {
    /// The method, and what it is asked with beside a place.
    fn method(self) -> (&'static str, Value) {
        let none = json!({});
        match self {
            Completion => ("completion", none),
            Definition => ("definition", none),
            Diagnostics => ("diagnostic", none),
            Hints => ("inlayHint", none),
            Hover => ("hover", none),
            References => ("references", json!({ "context": { "includeDeclaration": true } })),
            Rename => ("rename", json!({ "newName": "renamed" })),
            Tokens => ("semanticTokens/full", none),
            Type => ("typeDefinition", none),
        }
    }
}

/// Asks these questions about each place.
fn of_places(
    project: &mut Project,
    file: &File,
    places: &[Place],
    questions: &[Question],
    answers: &mut Answers,
) {
    let keys = questions.iter().flat_map(|it| places.iter().map(|place| (*it, *place)));
    let keys: Vec<_> = keys.collect();
    let asked = keys.iter().map(|(question, place)| {
        let (method, mut parameters) = question.method();
        parameters["position"] = place.position();
        (method, parameters)
    });
    let replies = project.ask_all(file, asked.collect());
    for (key, reply) in keys.into_iter().zip(replies) {
        let answer = match key.0 {
            Completion => labels(&reply.unwrap_or_default()).join(" "),
            References => shown(file, reply.map(|it| of_file_alone(file, &it))),
            _ => shown(file, reply),
        };
        answers.insert(key, answer);
    }
}

/// Asks what is asked about a file as a whole.
fn of_file(project: &mut Project, file: &File) -> Answers {
    let mut answers = Answers::new();
    let end = Place(file.text.lines().count(), 0);
    let all = json!({ "range": { "start": Place(0, 0).position(), "end": end.position() } });
    let hints = project.ask(file, "inlayHint", all);
    for hint in hints.as_array().into_iter().flatten() {
        add(&mut answers, file, Hints, &hint["position"], hint);
    }
    let diagnostics = project.ask(file, "diagnostic", json!({}));
    for item in diagnostics["items"].as_array().into_iter().flatten() {
        add(&mut answers, file, Diagnostics, &item["range"]["start"], item);
    }
    for (place, token) in tokens(project, file) {
        answers.insert((Tokens, place), token);
    }
    answers
}

/// Adds one of perhaps several answers that belong to a place.
fn add(answers: &mut Answers, file: &File, question: Question, place: &Value, answer: &Value) {
    let answer = shown(file, Ok(answer.clone()));
    *answers.entry((question, Place::of(place))).or_default() += &answer;
}

/// Returns the places that are in the file.
fn of_file_alone(file: &File, places: &Value) -> Value {
    let is_here = |place: &&Value| is_of(file, &place["uri"]);
    let places = places.as_array().into_iter().flatten();
    places.filter(is_here).cloned().collect()
}

/// The places behind dots.
fn behind_dots(text: &str) -> Vec<Place> {
    let lines = text.lines().enumerate();
    let of_line = |(line, text): (usize, &str)| {
        let dots = text.match_indices('.');
        dots.map(move |(column, _)| Place(line, column + 1)).collect::<Vec<_>>()
    };
    lines.flat_map(of_line).collect()
}
