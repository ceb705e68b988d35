//! A condition on a field of the request line: `user_id=42`.

use std::str::FromStr;

use crate::line::{Line, bare, decode, plain};

/// How a field and a value are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compare {
    Equal,
    Unequal,
    Less,
    AtMost,
    Greater,
    AtLeast,
    Contains,
}

/// Signs, longer ones before those that they begin with.
const SIGNS: [(&str, Compare); 8] = [
    ("!=", Compare::Unequal),
    ("==", Compare::Equal),
    ("=", Compare::Equal),
    ("<=", Compare::AtMost),
    ("<", Compare::Less),
    (">=", Compare::AtLeast),
    (">", Compare::Greater),
    ("~", Compare::Contains),
];

/// A field, and what it has to be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Condition {
    pub(crate) field: String,
    pub(crate) compare: Compare,
    pub(crate) value: String,
    pub(crate) number: Option<f64>,
}

impl FromStr for Condition {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let is_sign = |c: char| matches!(c, '=' | '!' | '<' | '>' | '~');
        let expected = "expected a field, one of = != < <= > >= ~, and a value";
        let at = text.find(is_sign).filter(|at| *at > 0).ok_or(expected)?;
        let (field, rest) = text.split_at(at);
        let found = SIGNS.into_iter().find_map(|(sign, it)| Some((it, rest.strip_prefix(sign)?)));
        let (compare, value) = found.ok_or(expected)?;
        let (field, value) = (field.trim(), value.trim());
        let number = plain(value.as_bytes());
        Ok(Self { field: field.to_owned(), compare, value: value.to_owned(), number })
    }
}

impl Condition {
    /// Returns whether the field of a line is so. A field that is not there
    /// is unequal to everything.
    pub(crate) fn holds(&self, line: &Line<'_>) -> bool {
        let Some(value) = line.field(&self.field) else {
            return self.compare == Compare::Unequal;
        };
        let text = decode(bare(value));
        let numbers = self.number.zip(plain(value));
        match (self.compare, numbers) {
            (Compare::Equal, Some((want, is))) => is.total_cmp(&want).is_eq() || text == self.value,
            (Compare::Unequal, Some((want, is))) => is.total_cmp(&want).is_ne(),
            (Compare::Less, Some((want, is))) => is < want,
            (Compare::AtMost, Some((want, is))) => is <= want,
            (Compare::Greater, Some((want, is))) => is > want,
            (Compare::AtLeast, Some((want, is))) => is >= want,
            (Compare::Equal, None) => text == self.value,
            (Compare::Unequal, None) => text != self.value,
            (Compare::Less, None) => *text < *self.value,
            (Compare::AtMost, None) => *text <= *self.value,
            (Compare::Greater, None) => *text > *self.value,
            (Compare::AtLeast, None) => *text >= *self.value,
            (Compare::Contains, _) => text.contains(&*self.value),
        }
    }
}
