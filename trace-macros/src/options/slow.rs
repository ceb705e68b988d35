//! Parses the value of `slow`: a whole number and its unit, in one string, as
//! in `"250ms"`.

use syn::{LitStr, parse::ParseStream};

use crate::errors::fails;

/// Each unit in nanoseconds.
const UNITS: [(&str, u64); 4] = [("ns", 1), ("us", 1_000), ("ms", 1_000_000), ("s", 1_000_000_000)];

/// What to write.
const WANTED: &str = "`slow` takes a duration like \"250ms\"";

/// Parses a duration, and returns its nanoseconds.
pub(super) fn parse(input: ParseStream<'_>) -> syn::Result<u64> {
    if !input.peek(LitStr) {
        return Err(input.error(WANTED));
    }
    nanoseconds(&input.parse()?)
}

fn nanoseconds(literal: &LitStr) -> syn::Result<u64> {
    let text = literal.value();
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let (number, unit) = text.split_at(digits);
    let place = literal.span();
    if number.is_empty() {
        return fails(place, WANTED);
    }
    if unit.is_empty() {
        return fails(place, "missing unit\nhelp: write `ns`, `us`, `ms` or `s` after the number");
    }
    let Some((_, factor)) = UNITS.into_iter().find(|(name, _)| *name == unit) else {
        return fails(place, "unknown unit\nhelp: write a whole number of `ns`, `us`, `ms` or `s`");
    };
    match number.parse().ok().and_then(|number: u64| number.checked_mul(factor)) {
        Some(0) => fails(place, "`slow` must be more than zero"),
        Some(nanoseconds) => Ok(nanoseconds),
        None => fails(place, "`slow` must be less than 584 years"),
    }
}

#[cfg(test)]
mod tests {
    use proc_macro2::Span;
    use syn::LitStr;

    use super::nanoseconds;

    #[test]
    fn a_duration_is_a_whole_number_and_a_unit() {
        let parse = |text| nanoseconds(&LitStr::new(text, Span::call_site())).ok();
        assert_eq!(parse("7ns"), Some(7));
        assert_eq!(parse("7us"), Some(7_000));
        assert_eq!(parse("250ms"), Some(250_000_000));
        assert_eq!(parse("2s"), Some(2_000_000_000));
        for wrong in ["", "ms", "250", "0ms", "1.5s", "-1s", "1 s", "1m", "99999999999999999999s"] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }
}
