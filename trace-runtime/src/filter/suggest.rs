//! Finds what was probably meant by an invalid directive, or by a word that is
//! not a level.
//!
//! A suggestion is a guess: it is shown, but never applied.

use std::borrow::Cow;

/// The levels and `off`.
const LEVELS: [&str; 6] = ["off", "trace", "debug", "info", "warn", "error"];

/// The names that other loggers give their levels, and common words for all
/// lines or none. Each of them could also be a module.
const WORDS: [(&str, &[&str]); 6] = [
    ("off", &["disable", "disabled", "false", "never", "no", "none", "null", "quiet", "silent"]),
    (
        "trace",
        &["all", "any", "everything", "finer", "finest", "max", "notset", "silly", "verbose"],
    ),
    ("debug", &["dbg", "fine"]),
    (
        "info",
        &["default", "enable", "enabled", "inf", "information", "notice", "on", "true", "yes"],
    ),
    ("warn", &["warning", "warnings", "wrn"]),
    (
        "error",
        &[
            "alert",
            "crit",
            "critical",
            "dpanic",
            "emerg",
            "emergency",
            "err",
            "fatal",
            "panic",
            "severe",
        ],
    ),
];

/// Returns the level that a word probably means: the word is another logger's
/// name for it, or differs from it in one letter.
pub(super) fn level(word: &str) -> Option<&'static str> {
    let word = word.to_ascii_lowercase();
    let is_called = |words: &[&str]| words.contains(&&*word);
    let called = WORDS.iter().find(|(_, words)| is_called(words)).map(|(level, _)| *level);
    let near = || LEVELS.into_iter().find(|level| is_near(&word, level));
    let near_warning = || is_near(&word, "warning").then_some("warn");
    called.or_else(near).or_else(near_warning)
}

/// Returns whether the texts differ in one letter, or in the order of two. A
/// level is not near itself.
fn is_near(text: &str, level: &str) -> bool {
    let (text, level) = (text.as_bytes(), level.as_bytes());
    let longest = text.len().max(level.len());
    let front = text.iter().zip(level).take_while(|(one, two)| one == two).count();
    let back = text[front..].iter().rev().zip(level[front..].iter().rev());
    let back = back.take_while(|(one, two)| one == two).count();
    let is_swapped = || {
        let (one, two) = (text.get(front..front + 2), level.get(front..front + 2));
        one.zip(two).is_some_and(|(one, two)| one[0] == two[1] && one[1] == two[0])
    };
    match longest - front - back {
        1 => true,
        2 => text.len() == level.len() && is_swapped(),
        _ => false,
    }
}

/// Returns one or more directives with corrected spelling.
pub(super) fn repaired(directive: &str) -> String {
    let directive = without_spans(without_pattern(directive));
    let bare: String = directive.chars().filter(|&c| !is_wrapping(c)).collect();
    let parts = bare.split(|c: char| c.is_whitespace() || ";|&,，；".contains(c));
    let parts: Vec<_> = parts.filter(|part| !part.is_empty()).map(repaired_part).collect();
    parts.join(",")
}

/// Removes the pattern that `env_logger` looks for in messages: `info/pattern`.
fn without_pattern(directive: &str) -> &str {
    match directive.split_once('/') {
        Some((front, _)) if front.contains('=') || is_level(front) => front,
        _ => directive,
    }
}

/// Removes the part that selects spans in `tracing`:
/// `target[span{field}]=level`.
fn without_spans(directive: &str) -> Cow<'_, str> {
    let Some((front, rest)) = directive.split_once('[') else { return directive.into() };
    rest.rsplit_once(']').map_or(directive.into(), |(_, back)| [front, back].concat().into())
}

/// Quotes, brackets around the whole directive, and invisible characters.
fn is_wrapping(c: char) -> bool {
    "'\"`“”‘’«»()".contains(c) || c == char::REPLACEMENT_CHARACTER || c == '\u{feff}'
}

fn repaired_part(part: &str) -> String {
    if let Some(target) = part.strip_prefix('!') {
        return format!("{}=off", repaired_target(target));
    }
    let (target, level) = divided(part);
    let level = level.map(repaired_level);
    match (repaired_target(target), level) {
        (target, None) if target.is_empty() => "trace".to_owned(),
        (target, None) => repaired_level(&target).to_owned(),
        (target, Some("")) => target,
        (target, Some(level)) if target.is_empty() => level.to_owned(),
        (target, Some(level)) => format!("{target}={level}"),
    }
}

/// Splits a directive at `=`, or at what was written in its place.
fn divided(part: &str) -> (&str, Option<&str>) {
    if let Some((target, level)) = part.split_once('=') {
        let level = level.trim_start_matches(['=', '>', ':']);
        return (target.trim_end_matches(':'), Some(level));
    }
    match part.rsplit_once(':') {
        Some((target, word)) if !target.ends_with(':') && is_level(word) => (target, Some(word)),
        _ => (part, None),
    }
}

fn is_level(word: &str) -> bool {
    let is_number = matches!(word.as_bytes(), [b'0'..=b'5']);
    let is_name = LEVELS.iter().any(|level| level.eq_ignore_ascii_case(word));
    is_number || is_name || level(word).is_some()
}

fn repaired_level(word: &str) -> &str {
    level(word).unwrap_or(word)
}

/// Writes a path as Rust does: without wildcards, with `_` for `-`, and with
/// `::` as separator.
fn repaired_target(target: &str) -> String {
    let target = target.trim_end_matches(['*', ':', '.', '/', '\\']);
    let names = target.split([':', '.', '/', '\\']).filter(|name| !name.is_empty());
    names.collect::<Vec<_>>().join("::").replace('-', "_")
}
