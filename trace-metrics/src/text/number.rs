//! Numbers and label values as both formats have them.

use std::fmt::Write as _;

/// Appends a number in the shortest text that reads back the same.
pub(super) fn push(to: &mut String, number: f64) {
    if number.is_nan() {
        to.push_str("NaN");
    } else if number.is_infinite() {
        to.push_str(if number > 0.0 { "+Inf" } else { "-Inf" });
    } else {
        let _ = write!(to, "{number}");
    }
}

/// Appends a number that has a decimal point, as a bucket's `le` needs.
pub(super) fn push_bound(to: &mut String, bound: f64) {
    let start = to.len();
    push(to, bound);
    if to.get(start..).is_some_and(|text| text.bytes().all(|byte| byte.is_ascii_digit())) {
        to.push_str(".0");
    }
}

/// Appends the value of a label. Only these three characters have an escape.
pub(super) fn push_escaped(to: &mut String, value: &str) {
    for c in value.chars() {
        match c {
            '\\' => to.push_str("\\\\"),
            '"' => to.push_str("\\\""),
            '\n' => to.push_str("\\n"),
            c => to.push(c),
        }
    }
}

/// Appends a help text. In 0.0.4 a quote has no escape.
pub(super) fn push_help(to: &mut String, help: &str, escapes_quotes: bool) {
    for c in help.chars() {
        match c {
            '\\' => to.push_str("\\\\"),
            '"' if escapes_quotes => to.push_str("\\\""),
            '\n' => to.push_str("\\n"),
            c => to.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_back_the_same() {
        for (number, text) in [
            (0.0, "0"),
            (5.0, "5"),
            (0.000_25, "0.00025"),
            (f64::NAN, "NaN"),
            (f64::INFINITY, "+Inf"),
            (f64::NEG_INFINITY, "-Inf"),
        ] {
            let mut page = String::new();
            push(&mut page, number);
            assert_eq!(page, text);
        }
    }

    #[test]
    fn a_bound_has_a_decimal_point() {
        for (bound, text) in [(10.0, "10.0"), (0.005, "0.005"), (2.5, "2.5")] {
            let mut page = String::new();
            push_bound(&mut page, bound);
            assert_eq!(page, text);
        }
    }

    #[test]
    fn three_characters_are_escaped() {
        let mut page = String::new();
        push_escaped(&mut page, "a\\b\"c\nd\u{2028}");
        assert_eq!(page, "a\\\\b\\\"c\\nd\u{2028}");
    }
}
