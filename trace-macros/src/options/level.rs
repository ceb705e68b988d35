//! Parses the values of `level` and `cancelled`.
//!
//! A level is written as `tracing` takes it: as a word like `"info"`, in any
//! case; as a number from 1 (trace) to 5 (error); or as a path like
//! `Level::INFO`, whose last segment counts.

use proc_macro2::{Ident, Span};
use syn::{LitInt, LitStr, Path, parse::ParseStream};

use crate::{errors::fails, spans::site};

/// The variants of the runtime's `Level`, which are numbered from 1.
const LEVELS: [&str; 5] = ["Trace", "Debug", "Info", "Warn", "Error"];

/// The level of a scope without the option `level`.
pub(crate) fn info(place: Span) -> Ident {
    Ident::new("Info", site(place))
}

/// What an option takes.
#[derive(Clone, Copy)]
enum Wanted {
    Level,
    LevelOrOff,
}

impl Wanted {
    fn forms(self) -> &'static str {
        match self {
            Self::Level => {
                "`level` takes a word like \"info\", a number from 1 to 5, or a path like \
                 `Level::INFO`"
            }
            Self::LevelOrOff => "`cancelled` takes a level like \"debug\", or \"off\" for no line",
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Level => "",
            Self::LevelOrOff => ", \"off\"",
        }
    }
}

/// Parses a level, and returns the variant of `Level`.
pub(crate) fn parse(input: ParseStream<'_>) -> syn::Result<Ident> {
    parse_as(Wanted::Level, input)
}

/// Parses a level or `"off"`, which is returned as `Off`.
pub(crate) fn parse_or_off(input: ParseStream<'_>) -> syn::Result<Ident> {
    parse_as(Wanted::LevelOrOff, input)
}

fn parse_as(wanted: Wanted, input: ParseStream<'_>) -> syn::Result<Ident> {
    if input.peek(LitStr) {
        let word = input.parse::<LitStr>()?;
        return named(wanted, &word.value(), word.span());
    }
    if input.peek(LitInt) {
        return numbered(&input.parse()?);
    }
    let Ok(path) = input.call(Path::parse_mod_style) else {
        return Err(input.error(wanted.forms()));
    };
    let word = path.segments.last().map(|segment| &segment.ident);
    let place = word.map_or_else(Span::call_site, Ident::span);
    named(wanted, &word.map(Ident::to_string).unwrap_or_default(), place)
}

fn named(wanted: Wanted, word: &str, place: Span) -> syn::Result<Ident> {
    if matches!(wanted, Wanted::LevelOrOff) && word.eq_ignore_ascii_case("off") {
        return Ok(Ident::new("Off", site(place)));
    }
    match LEVELS.into_iter().find(|level| level.eq_ignore_ascii_case(word)) {
        Some(level) => Ok(Ident::new(level, site(place))),
        None => fails(
            place,
            format_args!(
                "unknown level `{word}`; expected one of \"trace\", \"debug\", \"info\", \
                 \"warn\", \"error\"{}",
                wanted.words()
            ),
        ),
    }
}

fn numbered(number: &LitInt) -> syn::Result<Ident> {
    let index = number.base10_parse::<usize>().unwrap_or_default().wrapping_sub(1);
    match LEVELS.get(index) {
        Some(level) => Ok(Ident::new(level, site(number.span()))),
        None => fails(number.span(), "expected a level from 1 (trace) to 5 (error)"),
    }
}

#[cfg(test)]
mod tests {
    use syn::parse::Parser as _;

    #[test]
    fn a_level_is_a_word_a_number_or_a_path() -> syn::Result<()> {
        for (written, level) in [
            ("\"info\"", "Info"),
            ("\"WARN\"", "Warn"),
            ("1", "Trace"),
            ("5", "Error"),
            ("Level::DEBUG", "Debug"),
            ("::trace_runtime::Level::Error", "Error"),
            ("INFO", "Info"),
        ] {
            assert_eq!(super::parse.parse_str(written)?, level, "{written}");
        }
        for written in ["\"loud\"", "0", "6", "Level::LOUD", "1.5", ""] {
            assert!(super::parse.parse_str(written).is_err(), "{written}");
        }
        Ok(())
    }

    #[test]
    fn where_there_may_be_no_line_a_level_may_be_off() -> syn::Result<()> {
        assert_eq!(super::parse_or_off.parse_str("\"off\"")?, "Off");
        assert_eq!(super::parse_or_off.parse_str("\"debug\"")?, "Debug");
        assert!(super::parse_or_off.parse_str("\"never\"").is_err());
        assert!(super::parse.parse_str("\"off\"").is_err());
        Ok(())
    }
}
