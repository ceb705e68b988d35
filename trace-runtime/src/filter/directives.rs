//! Text to filter: directives, separated by commas.
//!
//! `level` is for everything, `target` or `target=level` for a module and
//! those below it; the longest target that matches decides. What cannot be a
//! directive is never taken for a module: that would silence all others.
//!
//! A mistake silences nothing either: where a directive was ignored or is in
//! doubt, what no other one speaks of is at `info`.

use std::cmp::Reverse;

use super::{Filter, Threshold, suggest};
use crate::{
    error::{Error, Kind},
    level::Level,
};

impl Filter {
    /// Parses directives; one that is wrong is an error.
    ///
    /// # Errors
    ///
    /// Names the first directive that is not, or that is in doubt.
    pub(crate) fn parse(directives: &str) -> Result<Self, Error> {
        let (filter, problems) = Self::parse_lenient(directives);
        problems.into_iter().next().map_or(Ok(filter), Err)
    }

    /// Parses directives, and returns what is wrong with those it ignored and
    /// with those it took although they are in doubt.
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

/// What was read so far.
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
        // A stable sort, so that of two directives for one target the later,
        // put in front by `take`, decides.
        self.targets.sort_by_key(|(target, _)| Reverse(target.len()));
        (Filter { rest, targets: self.targets }, self.problems)
    }

    /// With directives for targets only, everything else is off; unless these
    /// let nothing through, or are not all that was meant.
    fn rest_if_not_given(&self) -> Threshold {
        let is_anything_on = self.targets.iter().any(|(_, level)| *level != Threshold::OFF);
        let is_deliberate = is_anything_on && self.problems.is_empty();
        if is_deliberate { Threshold::OFF } else { Threshold::from(Level::Info) }
    }
}

/// What one directive says.
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

/// A level for everything, or a target whose lines are all wanted.
fn read_bare(text: &str) -> Result<Directive<'_>, String> {
    if let Some(level) = threshold(text) {
        return Ok(Directive::Rest(level));
    }
    check_target(text)?;
    Ok(Directive::Target(text, Threshold::from(Level::Trace)))
}

/// The five levels and `off` by name, or as `tracing` counts them: from 0,
/// which is off, to 5, which is everything.
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

/// Returns what was probably meant, if that can be said and is right.
fn repaired(directive: &str) -> Option<String> {
    let repaired = suggest::repaired(directive);
    let is_right = |part| read(part).is_ok() && doubt(part).is_none();
    let all_right = !repaired.is_empty() && separate(&repaired).all(is_right);
    all_right.then_some(repaired)
}

/// A target is the path of a module: identifiers, joined by `::`.
fn check_target(target: &str) -> Result<(), String> {
    if target.is_empty() {
        return Err("no target before `=`".to_owned());
    }
    target.split("::").try_for_each(check_identifier)
}

fn check_identifier(name: &str) -> Result<(), String> {
    // So `module_path!` spells a module whose name is a keyword.
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

/// What cannot be seen, by its number.
fn shown(c: char) -> String {
    if c.is_ascii_graphic() { c.to_string() } else { c.escape_debug().to_string() }
}

fn continues_identifier(c: char) -> bool {
    c == '_' || c.is_alphanumeric() || is_mark(c)
}

/// Whether a character may be a mark upon a letter, as in Hindi or Thai. `std`
/// does not say so, but it escapes those, for they need something to stand on.
fn is_mark(c: char) -> bool {
    let is_plain = c.is_ascii() || c.is_whitespace() || c.is_control();
    !is_plain && c.escape_debug().len() > 1
}
