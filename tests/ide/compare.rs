//! Compares what is answered of two forms of the same code.

use std::{collections::BTreeSet, fmt};

use serde_json::Value;

use crate::{
    answers::{Answers, Question},
    project::{File, Place},
};

/// What is answered of a file.
pub(crate) struct Asked {
    pub(crate) file: File,
    pub(crate) answers: Answers,
}

/// An answer that is not the plain function's.
pub(crate) struct Difference {
    pub(crate) question: Question,
    place: Place,
    /// The word at the place, with `fn` before it or a parenthesis behind it.
    pub(crate) word: String,
    /// The whole line.
    line: String,
    plain: String,
    ours: String,
}

impl Asked {
    /// Returns the answers that are neither the plain function's nor those of a
    /// function under an attribute that changes nothing. Places where the text
    /// differs are left out.
    pub(crate) fn differences(&self, plain: &Self, same: &Self) -> Vec<Difference> {
        let keys: BTreeSet<_> = self.answers.keys().chain(plain.answers.keys()).collect();
        let keys = keys.into_iter().filter(|key| self.is_comparable(plain, key));
        let difference = |key: &(Question, Place)| {
            let answer = |of: &Self| of.answers.get(key).cloned().unwrap_or_default();
            let [ours, plain, same] = [self, plain, same].map(answer);
            let is_known = ours == same || is_as(key.0, &plain, &ours);
            (!is_known).then(|| self.difference(*key, plain, ours))
        };
        keys.filter_map(difference).collect()
    }

    /// Returns whether the same is asked of both files.
    fn is_comparable(&self, plain: &Self, key: &(Question, Place)) -> bool {
        let (question, place) = key;
        let column = if *question == Question::Completion { place.1 - 1 } else { place.1 };
        let [ours, theirs] = [self, plain].map(|it| word_at(it.line(*place), column));
        let is_asked = match question {
            // Only of what is found here, which is compared, too.
            Question::References | Question::Rename => {
                self.answers.contains_key(key) && plain.answers.contains_key(key)
            }
            _ => true,
        };
        is_asked && ours == theirs && !self.line(*place).trim().starts_with("#[")
    }

    fn difference(&self, key: (Question, Place), plain: String, ours: String) -> Difference {
        let line = self.line(key.1);
        let mut word = word_at(line, key.1.1).to_owned();
        if line[..key.1.1].ends_with("fn ") {
            word = format!("fn {word}");
        } else if line[key.1.1 + word.len()..].starts_with('(') {
            word.push('(');
        }
        let (question, place, line) = (key.0, key.1, line.trim().to_owned());
        Difference { question, place, word, line, plain, ours }
    }

    fn line(&self, place: Place) -> &str {
        self.file.text.lines().nth(place.0).unwrap_or_default()
    }
}

/// Returns whether an answer is as good as the plain function's.
fn is_as(question: Question, plain: &str, ours: &str) -> bool {
    let targets = |text: &str| serde_json::from_str::<Vec<Value>>(text).unwrap_or_default();
    match question {
        // The braces of the body lie over all of it, as a macro can give them
        // but one place. So the types of the blocks around come with each type.
        Question::Type => targets(plain).iter().all(|it| targets(ours).contains(it)),
        _ => plain == ours,
    }
}

/// Returns the word or the sign in this column.
fn word_at(line: &str, column: usize) -> &str {
    let rest = line.get(column..).unwrap_or_default();
    let first = rest.chars().next().map_or(0, char::len_utf8);
    let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    &rest[..end.max(first)]
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { question, place, word, line, plain, ours } = self;
        let (line_number, column) = (place.0 + 1, place.1 + 1);
        writeln!(f, "{question:?} {line_number}:{column} `{word}` in `{line}`")?;
        let begin = |text: &str| text.chars().take(900).collect::<String>().replace('\n', "⏎");
        writeln!(f, "  - {}\n  + {}", begin(plain), begin(ours))
    }
}
