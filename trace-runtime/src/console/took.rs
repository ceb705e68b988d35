//! Durations as people read them: three or four digits, and a unit.

/// A unit: up to how many nanoseconds it is used, its nanoseconds, how many
/// decimals it has, and its name.
type Unit = (u64, u64, u32, &'static str);

const UNITS: [Unit; 5] = [
    (9_999_500, 1_000_000, 3, "ms"),
    (99_995_000, 1_000_000, 2, "ms"),
    (999_950_000, 1_000_000, 1, "ms"),
    (9_999_500_000, 1_000_000_000, 3, "s"),
    (99_995_000_000, 1_000_000_000, 2, "s"),
];

const LONGEST: Unit = (u64::MAX, 1_000_000_000, 1, "s");

/// Returns a duration: `1.204 ms`, `123.4 ms`, `2.003 s`.
pub(super) fn took(ns: u64) -> String {
    let (_, unit, decimals, name) = UNITS.into_iter().find(|it| ns < it.0).unwrap_or(LONGEST);
    let part = unit / 10_u64.pow(decimals);
    // Rounded without a sum that could overflow.
    let parts = ns / part + u64::from(ns % part >= part / 2);
    let whole = 10_u64.pow(decimals);
    let width = decimals as usize;
    format!("{}.{:0width$} {name}", parts / whole, parts % whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_has_three_or_four_digits_and_a_unit() {
        for (ns, expected) in [
            (0, "0.000 ms"),
            (499, "0.000 ms"),
            (500, "0.001 ms"),
            (1_204_000, "1.204 ms"),
            (9_999_499, "9.999 ms"),
            (9_999_500, "10.00 ms"),
            (12_345_678, "12.35 ms"),
            (123_456_789, "123.5 ms"),
            (999_949_999, "999.9 ms"),
            (999_950_000, "1.000 s"),
            (2_003_250_000, "2.003 s"),
            (99_995_000_000, "100.0 s"),
            (u64::MAX, "18446744073.7 s"),
        ] {
            assert_eq!(took(ns), expected, "{ns}");
        }
    }
}
