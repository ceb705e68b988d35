//! Compares what is answered of two forms of the same code.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

use crate::{
    answers::{Answers, Question},
    project::{File, Place},
    words::words,
};

/// What is answered of a file.
pub(crate) struct Asked {
    pub(crate) file: File,
    pub(crate) answers: Answers,
}

/// An answer that is not the plain function's.
pub(crate) struct Difference {
    pub(crate) question: Question,
    pub(crate) place: Place,
    /// The word at the place, and the line.
    pub(crate) word: String,
    pub(crate) line: String,
    plain: String,
    ours: String,
}

impl Asked {
    /// Returns the answers that are neither the plain function's nor those of a
    /// function under an attribute that changes nothing. Places where the text
    /// differs are left out.
    pub(crate) fn differences(&self, plain: &Self, same: &Self) -> Vec<Difference> {
        let lines: Vec<_> = self.file.text.lines().collect();
        let (ours, theirs) = (by_place(&self.file.text), by_place(&plain.file.text));
        let is_comparable = |place: &Place| {
            let line = lines.get(place.0).unwrap_or(&"").trim();
            ours.get(place) == theirs.get(place) && !line.starts_with("#[")
        };
        let keys: BTreeSet<_> = self.answers.keys().chain(plain.answers.keys()).collect();
        let keys = keys.into_iter().filter(|(_, place)| is_comparable(place));
        let differ = keys.filter(|key| {
            let answer = self.answers.get(key);
            answer != plain.answers.get(key) && answer != same.answers.get(key)
        });
        let difference = |key: &(Question, Place)| Difference {
            question: key.0,
            place: key.1,
            word: ours.get(&key.1).copied().unwrap_or_default().to_owned(),
            line: lines.get(key.1.0).unwrap_or(&"").trim().to_owned(),
            plain: plain.answers.get(key).cloned().unwrap_or_default(),
            ours: self.answers.get(key).cloned().unwrap_or_default(),
        };
        differ.map(difference).collect()
    }
}

fn by_place(text: &str) -> BTreeMap<Place, &str> {
    words(text).into_iter().collect()
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { question, place, word, line, plain, ours } = self;
        let (line_number, column) = (place.0 + 1, place.1 + 1);
        writeln!(f, "{question:?} {line_number}:{column} `{word}` in `{line}`")?;
        let ends = |text: &str| text.chars().take(900).collect::<String>();
        let (gone, new): (Vec<_>, Vec<_>) = match question {
            Question::Completion => {
                let [plain, ours] = [plain, ours].map(|it| it.split(' ').collect::<BTreeSet<_>>());
                (plain.difference(&ours).copied().collect(), ours.difference(&plain).copied().collect())
            }
            _ => (vec![plain.as_str()], vec![ours.as_str()]),
        };
        writeln!(f, "  - {}", ends(&gone.join(" ")).replace('\n', "⏎"))?;
        writeln!(f, "  + {}", ends(&new.join(" ")).replace('\n', "⏎"))
    }
}
