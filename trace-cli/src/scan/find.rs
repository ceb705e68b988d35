//! Finds the lines of one id: a text that stands on them, and then a look at
//! the lines around it.
//!
//! A block without that text is skipped at the speed of a search for a string.
//! The text is the id's first digits: so the dashes of a UUID do not matter.

use memchr::memmem::{self, Finder};

use super::blocks::Block;
use crate::line::{Line, Role, canonical, decode, is_hex};

/// An id that is looked for: whole, or its begin.
#[derive(Debug)]
pub(crate) struct Query {
    /// As it was given.
    pub(crate) text: String,
    canonical: String,
    /// In lower case, or as given.
    usual: Finder<'static>,
    /// What else the id may be written as.
    unusual: Vec<Finder<'static>>,
}

/// What it was that a query found on a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Match {
    Trace,
    Span,
    Request,
}

impl Query {
    /// The digits that a search looks for.
    const DIGITS: usize = 8;

    pub(crate) fn new(text: &str) -> Self {
        let of = |text: &str| Finder::new(text).into_owned();
        let canonical = canonical(text.as_bytes()).into_owned();
        let is_hex = is_hex(&canonical);
        let mut forms = match is_hex {
            true => hex_forms(&canonical),
            false => vec![plain_part(text).to_owned()],
        };
        let usual = of(&forms.remove(0));
        let begin = text.strip_prefix("0x").unwrap_or(text);
        let begin = begin.get(..Self::DIGITS).unwrap_or(begin);
        if is_hex && !forms.iter().any(|form| form == begin) {
            forms.push(begin.to_owned());
        }
        let unusual = forms.iter().map(|form| of(form)).collect();
        Self { text: text.to_owned(), canonical, usual, unusual }
    }

    /// Returns whether a line with the id may stand in a block. `is_unusual`
    /// says if other forms of ids than the usual may stand there, too.
    pub(crate) fn may_be_in(&self, block: &[u8], is_unusual: bool) -> bool {
        let is_in = |it: &Finder<'_>| it.find(block).is_some();
        is_in(&self.usual) || is_unusual && self.unusual.iter().any(is_in)
    }

    /// Returns what the query found on a line, if anything.
    pub(crate) fn on(&self, line: &Line<'_>) -> Option<Match> {
        let trace = line.trace_text().unwrap_or_default();
        let w3c = canonical(line.bare(Role::W3cTrace));
        if self.begins(&trace) || self.begins(&w3c) {
            return Some(Match::Trace);
        }
        let request_id = decode(line.bare(Role::RequestId));
        if request_id == self.text || canonical(line.bare(Role::RequestId)) == self.canonical {
            return Some(Match::Request);
        }
        if self.is_decimal(line, Role::TraceDecimal) {
            return Some(Match::Trace);
        }
        let is_span = line.span_text().starts_with(&self.canonical);
        (is_span || self.is_decimal(line, Role::SpanDecimal)).then_some(Match::Span)
    }

    /// Returns whether an id in decimal digits is the query as it was given.
    fn is_decimal(&self, line: &Line<'_>, role: Role) -> bool {
        line.has(role) && line.bare(role) == self.text.as_bytes()
    }

    /// Returns whether an id begins with the query. Zeros in front of an id of
    /// 64 bits make it no other.
    fn begins(&self, id: &str) -> bool {
        const ZEROS: &str = "0000000000000000";
        let short = |id: &str| id.len() == 32 && id.starts_with(ZEROS);
        let query = match short(&self.canonical) {
            true => &self.canonical[16..],
            false => &self.canonical,
        };
        let is_begin = |of: &str| !of.is_empty() && of.starts_with(query);
        is_begin(id)
            || short(id) && is_begin(&id[16..])
            || id.starts_with(&self.canonical) && !id.is_empty()
    }
}

/// Returns the forms of a hexadecimal id: the digits it begins with in lower
/// and upper case, and its decimal forms.
fn hex_forms(canonical: &str) -> Vec<String> {
    let zeros = canonical.len() - canonical.trim_start_matches('0').len();
    let at = if canonical.len() == 32 && zeros >= 16 { 16 } else { 0 };
    let digits = &canonical[at..];
    let begin = digits.get(..Query::DIGITS).unwrap_or(digits);
    let mut forms = vec![begin.to_owned(), begin.to_ascii_uppercase()];
    if let (16 | 32, Ok(whole)) = (canonical.len(), u128::from_str_radix(canonical, 16)) {
        forms.push(whole.to_string());
        forms.push((whole as u64).to_string());
    }
    forms.dedup();
    forms
}

/// Returns the longest part of a text that is written in JSON as it is.
fn plain_part(text: &str) -> &str {
    let is_special = |c: char| !(' '..='~').contains(&c) || matches!(c, '"' | '\\' | '/');
    text.split(is_special).max_by_key(|part| part.len()).unwrap_or_default()
}

/// Returns whether the first lines of a block have ids in other forms than the
/// runtime's, or may have: where a log begins, all forms are looked for.
pub(crate) fn has_unusual_ids(block: &Block<'_>) -> bool {
    const SAMPLE: usize = 4_096;
    let sample = &block.text[..block.text.len().min(SAMPLE)];
    block.offset == 0 || memmem::find(sample, b"dd.trace_id").is_some() || has_odd_id(sample)
}

/// Returns whether an id with letters in upper case, or with dashes, follows a
/// key that ends in `race_id"` or the like.
fn has_odd_id(sample: &[u8]) -> bool {
    let keys = memmem::find_iter(sample, b"race");
    keys.into_iter().any(|at| {
        let value = &sample[at..sample.len().min(at + 60)];
        let mut digits = value.iter().skip_while(|byte| **byte != b':').skip(1);
        digits.any(|byte| matches!(byte, b'A'..=b'F'))
    })
}
