//! The words of a file: names, keywords and `?`.

use crate::project::Place;

/// Returns where words begin, and what they are. Comments have none, and
/// strings only those in braces.
pub(crate) fn words(text: &str) -> Vec<(Place, &str)> {
    let lines = text.lines().enumerate();
    lines.flat_map(|(line, text)| of_line(line, text)).collect()
}

fn of_line(line: usize, text: &str) -> Vec<(Place, &str)> {
    let code = text.split("//").next().unwrap_or(text);
    let (mut words, mut place) = (Vec::new(), Inside::Code);
    let mut rest = code;
    while let Some(c) = rest.chars().next() {
        let end = rest.find(|c| !is_part(c)).unwrap_or(rest.len());
        let length = if end == 0 { c.len_utf8() } else { end };
        let is_word = place != Inside::Text && is_start(c) || place == Inside::Code && c == '?';
        if is_word {
            words.push((Place(line, code.len() - rest.len()), &rest[..length]));
        }
        place = place.behind(c);
        rest = &rest[length..];
    }
    words
}

/// What a character is in.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Code,
    Text,
    /// Braces in a text.
    Hole,
}

impl Inside {
    fn behind(self, c: char) -> Self {
        match (self, c) {
            (Self::Code, '"') | (Self::Hole, '}') => Self::Text,
            (Self::Text, '"') => Self::Code,
            (Self::Text, '{') => Self::Hole,
            (inside, _) => inside,
        }
    }
}

fn is_start(c: char) -> bool {
    c.is_alphabetic() || c == '_'
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[test]
fn words_are_names_and_keywords() {
    let words = words("let a1 = f(\"no {yes:?} no\", 2)?; // no\n b");
    let words: Vec<_> = words.into_iter().map(|(place, word)| (place.0, place.1, word)).collect();
    let first = [(0, 0, "let"), (0, 4, "a1"), (0, 9, "f"), (0, 16, "yes"), (0, 30, "?")];
    assert_eq!(words[..5], first);
    assert_eq!(words[5..], [(1, 1, "b")]);
}
