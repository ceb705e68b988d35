//! Parses a filter: directives, separated by commas.
//!
//! `level` applies to everything; `target` or `target=level` applies to a
//! module and those below it. The longest target that matches decides. Text
//! that is not a valid directive is never treated as a module, because that
//! would silence all others.
//!
//! A mistake silences nothing: if any directive was ignored or is ambiguous,
//! targets without a directive get `info`.

use std::cmp::Reverse;

use super::{Filter, Threshold, suggest};
use crate::{
    error::{Error, Kind},
    level::Level,
};

impl Filter {
    /// Parses directives strictly.
    ///
    /// # Errors
    ///
    /// Names the first directive that is invalid or ambiguous.
    pub(crate) fn parse(directives: &str) -> Result<Self, Error> {
        let (filter, problems) = Self::parse_lenient(directives);
        problems.into_iter().next().map_or(Ok(filter), Err)
    }

    /// Parses directives leniently: ignores invalid ones, accepts ambiguous
    /// ones, and returns an error for each of either kind.
    pub(crate) fn parse_lenient(directives: &str) -> (Self, Vec<Error>) {
        let mut reading = Reading::default();
        for directive in separate(directives) {
            reading.take(directive);
        }
        reading.finish()
    }
}

fn separate(directives: &str) -> impl Iterator<Item = &str> {
    directives.split(',').map(str::trim).filter(|directive| !directive.is_empty())
}

/// What has been parsed so far.
#[derive(Default)]
struct Reading {
    rest: Option<Threshold>,
    targets: Vec<(String, Threshold)>,
    problems: Vec<Error>,
}

impl Reading {
    fn take(&mut self, directive: &str) {
        match read(directive) {
            Ok(Directive::Rest(threshold)) => self.rest = Some(threshold),
            Ok(Directive::Target(target, threshold)) => {
                self.targets.insert(0, (target.to_owned(), threshold));
                self.problems.extend(doubt(directive).map(Error::from));
            }
            Err(reason) => {
                let hint = repaired(directive);
                let directive = directive.to_owned();
                self.problems.push(Kind::Directive { directive, reason, hint }.into());
            }
        }
    }

    fn finish(mut self) -> (Filter, Vec<Error>) {
        let rest = self.rest.unwrap_or_else(|| self.rest_if_not_given());
        // The sort is stable, and `take` puts later directives first: of two
        // directives for one target, the later one decides.
        self.targets.sort_by_key(|(target, _)| Reverse(target.len()));
        (Filter { rest, targets: self.targets }, self.problems)
    }

    /// If all directives name targets, everything else is off. It is `info` if
    /// those directives let nothing through, or if one of them was invalid or
    /// ambiguous.
    fn rest_if_not_given(&self) -> Threshold {
        let is_anything_on = self.targets.iter().any(|(_, level)| *level != Threshold::OFF);
        let is_deliberate = is_anything_on && self.problems.is_empty();
        if is_deliberate { Threshold::OFF } else { Threshold::from(Level::Info) }
    }
}

/// The meaning of one directive.
enum Directive<'a> {
    Rest(Threshold),
    Target(&'a str, Threshold),
}

fn read(directive: &str) -> Result<Directive<'_>, String> {
    let Some((target, level)) = directive.split_once('=') else {
        return read_bare(directive);
    };
    let (target, level) = (target.trim(), level.trim());
    check_target(target)?;
    let level = threshold(level).ok_or_else(|| format!("unknown level `{level}`"))?;
    Ok(Directive::Target(target, level))
}

/// A level for everything, or a target with all of its lines.
fn read_bare(text: &str) -> Result<Directive<'_>, String> {
    if let Some(level) = threshold(text) {
        return Ok(Directive::Rest(level));
    }
    check_target(text)?;
    Ok(Directive::Target(text, Threshold::from(Level::Trace)))
}

/// Parses one of the five levels or `off`, by name or by the number that
/// `tracing` gives it, from 0 (off) to 5 (everything).
fn threshold(text: &str) -> Option<Threshold> {
    match text.as_bytes() {
        [digit @ b'0'..=b'5'] => Some(Threshold(Threshold::OFF.0 - (digit - b'0'))),
        _ if text.eq_ignore_ascii_case("off") => Some(Threshold::OFF),
        _ => text.parse().ok().map(Threshold::from),
    }
}

/// A word that may be a module, but is more likely a level.
fn doubt(directive: &str) -> Option<Kind> {
    let level = suggest::level(directive)?;
    Some(Kind::DoubtfulDirective { directive: directive.to_owned(), level })
}

/// Returns the directive that was probably meant, if there is one and it is
/// valid.
fn repaired(directive: &str) -> Option<String> {
    let repaired = suggest::repaired(directive);
    let is_right = |part| read(part).is_ok() && doubt(part).is_none();
    let all_right = !repaired.is_empty() && separate(&repaired).all(is_right);
    all_right.then_some(repaired)
}

/// A target is the path of a module: identifiers joined by `::`.
fn check_target(target: &str) -> Result<(), String> {
    if target.is_empty() {
        return Err("no target before `=`".to_owned());
    }
    target.split("::").try_for_each(check_identifier)
}

fn check_identifier(name: &str) -> Result<(), String> {
    // `module_path!` writes a module like this if its name is a keyword.
    let name = name.strip_prefix("r#").unwrap_or(name);
    let Some(first) = name.chars().next() else {
        return Err("a module without a name".to_owned());
    };
    match name.chars().find(|&c| !continues_identifier(c)) {
        Some(char::REPLACEMENT_CHARACTER) => Err("bytes that are not UTF-8".to_owned()),
        Some('$') => Err("unexpected `$` (a variable that was not expanded?)".to_owned()),
        Some(c) => Err(format!("unexpected `{}`", shown(c))),
        None if first == '_' || first.is_alphabetic() => Ok(()),
        None => Err(format!("a module's name cannot begin with `{}`", shown(first))),
    }
}

/// Shows an invisible character by its number.
fn shown(c: char) -> String {
    if c.is_ascii_graphic() { c.to_string() } else { c.escape_debug().to_string() }
}

fn continues_identifier(c: char) -> bool {
    c == '_' || c.is_alphanumeric() || is_mark(c)
}

/// Returns whether a character may be a combining mark, as in Hindi or Thai.
/// `std` has no function for this, but `escape_debug` escapes combining marks.
fn is_mark(c: char) -> bool {
    let is_plain = c.is_ascii() || c.is_whitespace() || c.is_control();
    !is_plain && c.escape_debug().len() > 1
}
