//! Writes numbers: integers, floats, and nanoseconds as milliseconds.
//!
//! Readers of JSON lines keep integers up to `i64::MAX` exactly, and round or
//! refuse larger ones. Those are written as a string of their digits.

#![expect(clippy::inline_always, reason = "a borrowed cursor would be kept in memory")]

use std::fmt::Write as _;

use super::cursor::Cursor;

/// The largest magnitude written as a JSON number.
const MOST: u64 = i64::MAX as u64;

/// The most bytes that a number of 64 bits takes, including its quotes.
pub(crate) const MOST_LEN: usize = 22;

/// Appends an unsigned integer of at most 64 bits.
#[inline(always)]
pub(crate) fn push_u64(to: &mut Cursor, value: u64) {
    match first_digits(value) {
        Some((digits, len)) => to.put_first(&digits.to_le_bytes(), len),
        None => to.aside(|to| push_long(to, value)),
    }
}

/// Appends a signed integer of at most 64 bits.
#[inline(always)]
pub(crate) fn push_i64(to: &mut Cursor, value: i64) {
    if value == i64::MIN {
        return to.aside(|to| push_quoted(to, value));
    }
    if value < 0 {
        to.put(b"-");
    }
    push_u64(to, value.unsigned_abs());
}

/// Appends an unsigned integer of 128 bits.
pub(crate) fn push_u128(to: &mut Cursor, value: u128) {
    match u64::try_from(value) {
        Ok(value) => push_u64(to, value),
        Err(_) => push_quoted(to, value),
    }
}

/// Appends a signed integer of 128 bits.
pub(crate) fn push_i128(to: &mut Cursor, value: i128) {
    match i64::try_from(value) {
        Ok(value) => push_i64(to, value),
        Err(_) => push_quoted(to, value),
    }
}

/// Appends the shortest text that reads back to the same `f64`. NaN and the
/// infinities have no form in JSON and become `null`.
pub(crate) fn push_f64(to: &mut Cursor, value: f64) {
    if value.is_finite() {
        push_shortest(to, value);
    } else {
        to.put(b"null");
    }
}

/// Appends the shortest text that reads back to the same `f32`.
pub(crate) fn push_f32(to: &mut Cursor, value: f32) {
    if value.is_finite() {
        push_shortest(to, value);
    } else {
        to.put(b"null");
    }
}

/// Appends nanoseconds as milliseconds, with one to six decimals.
#[inline(always)]
pub(crate) fn push_millis(to: &mut Cursor, nanos: u64) {
    Millis::of(nanos).push_to(to);
}

/// Appends nanoseconds as a whole number of any size.
#[inline(always)]
pub(crate) fn push_nanos(to: &mut Cursor, nanos: u64) {
    match (first_digits(nanos), first_digits(nanos / EIGHT)) {
        (Some((digits, len)), _) => to.put_first(&digits.to_le_bytes(), len),
        (None, Some((digits, len))) => {
            to.put_first(&digits.to_le_bytes(), len);
            to.put_first(&(eight_digits(nanos % EIGHT) | ASCII).to_le_bytes(), 8);
        }
        // More than three months.
        (None, None) => to.aside(|to| push_long(to, nanos)),
    }
}

/// Appends the digits of any number, without quotes.
#[inline(always)]
pub(crate) fn push_decimal(to: &mut Cursor, value: u64) {
    let (first, rest) = (value / (EIGHT * EIGHT), value % (EIGHT * EIGHT));
    if first == 0 {
        return push_nanos(to, rest);
    }
    if let Some((digits, len)) = first_digits(first) {
        to.put_first(&digits.to_le_bytes(), len);
    }
    for eight in [rest / EIGHT, rest % EIGHT] {
        to.put_first(&(eight_digits(eight) | ASCII).to_le_bytes(), 8);
    }
}

/// Appends nanoseconds as seconds with the unit, as protobuf writes durations:
/// with 0, 3, 6 or 9 decimals, `0.020250s`.
pub(crate) fn push_seconds(to: &mut Cursor, nanos: u64) {
    let (seconds, rest) = (nanos / 1_000_000_000, nanos % 1_000_000_000);
    push_digits(to, seconds);
    // Writing to a cursor cannot fail.
    let _ = match rest {
        0 => Ok(()),
        _ if rest % 1_000_000 == 0 => write!(to, ".{:03}", rest / 1_000_000),
        _ if rest % 1_000 == 0 => write!(to, ".{:06}", rest / 1_000),
        _ => write!(to, ".{rest:09}"),
    };
    to.put(b"s");
}

/// The text of nanoseconds as milliseconds, to be appended once or more often.
#[derive(Clone, Copy)]
pub(crate) struct Millis {
    whole: u64,
    /// The point and the decimals, with the first in the lowest byte, and how
    /// many bytes they are.
    decimals: (u64, usize),
}

impl Millis {
    #[inline(always)]
    pub(crate) fn of(nanos: u64) -> Self {
        let decimals = six_of_text((nanos % 1_000_000) as u32);
        let zeros = (decimals & VALUES).leading_zeros() as usize / 8;
        let text = decimals << 8 | u64::from(b'.');
        Self { whole: nanos / 1_000_000, decimals: (text, 1 + (8 - zeros).max(1)) }
    }

    /// Returns the text and its length if it is at most eight bytes long: below
    /// ten milliseconds.
    #[inline(always)]
    pub(crate) fn short(self) -> Option<([u8; 8], usize)> {
        let (decimals, len) = self.decimals;
        let text = decimals << 8 | u64::from(digit(self.whole));
        (self.whole < 10).then_some((text.to_le_bytes(), 1 + len))
    }

    #[inline(always)]
    pub(crate) fn push_to(self, to: &mut Cursor) {
        if let Some((text, len)) = self.short() {
            return to.put_first(&text, len);
        }
        let (decimals, len) = self.decimals;
        match first_digits(self.whole) {
            Some((digits, len)) => to.put_first(&digits.to_le_bytes(), len),
            None => to.aside(|to| push_digits(to, self.whole)),
        }
        to.put_first(&decimals.to_le_bytes(), len);
    }
}

/// Returns the six digits of a number below a million, with leading zeros.
#[inline]
pub(crate) fn six_digits(value: u32) -> [[u8; 2]; 3] {
    [value / 10_000, value / 100, value].map(|value| PAIRS[(value % 100) as usize])
}

/// Returns the digits of a number below a million as text, with leading zeros. The
/// first is in the lowest byte.
#[inline(always)]
fn six_of_text(value: u32) -> u64 {
    let [first, second, third] = six_digits(value).map(|pair| u64::from(u16::from_le_bytes(pair)));
    first | second << 16 | third << 32
}

/// The two digits of each number below 100.
static PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[0; 2]; 100];
    let mut at = 0;
    while at < 100 {
        pairs[at] = [digit(at as u64 / 10), digit(at as u64 % 10)];
        at += 1;
    }
    pairs
};

/// Returns the digit for a number below ten.
const fn digit(value: u64) -> u8 {
    b'0' + (value % 10) as u8
}

/// Returns the digits of a number, with the first in the lowest byte, and how
/// many they are. A number of more than eight digits has none.
#[inline(always)]
fn first_digits(value: u64) -> Option<(u64, usize)> {
    match value {
        0..10 => Some((digit(value).into(), 1)),
        10..100 => Some((u16::from_le_bytes(PAIRS[(value % 100) as usize]).into(), 2)),
        100..EIGHT => {
            let digits = eight_digits(value);
            let zeros = digits.trailing_zeros() / 8;
            Some(((digits | ASCII) >> (zeros * 8), 8 - zeros as usize))
        }
        _ => None,
    }
}

/// The smallest number of nine digits.
const EIGHT: u64 = 100_000_000;

/// Turns eight digits into text when it is added.
const ASCII: u64 = u64::from_ne_bytes([b'0'; 8]);

/// Turns the text of eight digits into their values when all else is removed.
const VALUES: u64 = u64::from_ne_bytes([0x0F; 8]);

/// Returns the eight digits of a number below a hundred million, with leading
/// zeros. The first digit is in the lowest byte.
///
/// All digits are computed at once. The number is split into two halves of four
/// digits, side by side; these are split into four of two digits, and those
/// into eight single digits. Each division is a multiplication by the inverse,
/// which is exact for numbers this small.
#[inline(always)]
fn eight_digits(value: u64) -> u64 {
    let fours = (value / 10_000) | ((value % 10_000) << 32);
    let hundreds = ((fours * 10_486) >> 20) & 0x0000_007F_0000_007F;
    let twos = hundreds | ((fours - 100 * hundreds) << 16);
    let tens = ((twos * 103) >> 10) & 0x000F_000F_000F_000F;
    tens | ((twos - 10 * tens) << 8)
}

/// Appends a number of any size, in quotes if it is above `MOST`.
fn push_long(to: &mut Cursor, value: u64) {
    if value > MOST { push_quoted(to, value) } else { push_digits(to, value) }
}

fn push_digits(to: &mut Cursor, value: u64) {
    // Writing to a cursor cannot fail.
    let _ = write!(to, "{value}");
}

fn push_quoted(to: &mut Cursor, value: impl std::fmt::Display) {
    let _ = write!(to, "\"{value}\"");
}

/// Appends a finite float. Rust's `Debug` of a float is the shortest text that
/// reads back, with an exponent where plain digits would be long. That is valid
/// JSON as it is.
fn push_shortest(to: &mut Cursor, value: impl std::fmt::Debug) {
    let _ = write!(to, "{value:?}");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Each half of the eight digits is computed like these four.
    #[test]
    fn four_digits_are_those_of_any_number_below_ten_thousand() {
        for value in 0..10_000_u64 {
            for value in [value, value * 10_000, value * 10_001] {
                let bytes = (eight_digits(value) | ASCII).to_le_bytes();
                assert_eq!(bytes, format!("{value:08}").as_bytes());
            }
        }
    }

    #[test]
    fn six_digits_of_text_are_those_of_any_number_below_a_million() {
        for value in 0..1_000_000 {
            let bytes = six_of_text(value).to_le_bytes();
            assert_eq!(bytes, *format!("{value:06}\0\0").as_bytes());
        }
    }

    fn text(push: impl FnOnce(&mut Cursor)) -> String {
        let mut to = Cursor::default();
        push(&mut to);
        String::from_utf8(to.text().to_vec()).unwrap()
    }

    #[test]
    fn integers_beyond_i64_are_strings_of_their_digits() {
        let max = i64::MAX as u64;
        assert_eq!(text(|b| push_u64(b, 0)), "0");
        assert_eq!(text(|b| push_u64(b, 100)), "100");
        assert_eq!(text(|b| push_u64(b, max)), "9223372036854775807");
        assert_eq!(text(|b| push_u64(b, max + 1)), "\"9223372036854775808\"");
        assert_eq!(text(|b| push_u64(b, u64::MAX)), "\"18446744073709551615\"");
        assert_eq!(text(|b| push_i64(b, i64::MIN + 1)), "-9223372036854775807");
        assert_eq!(text(|b| push_i64(b, i64::MIN)), "\"-9223372036854775808\"");
        assert_eq!(text(|b| push_u128(b, u128::MAX)), format!("\"{}\"", u128::MAX));
        assert_eq!(text(|b| push_i128(b, -1)), "-1");
        assert_eq!(text(|b| push_i128(b, i128::MIN)), format!("\"{}\"", i128::MIN));
    }

    #[test]
    fn floats_are_the_shortest_text_that_reads_back() {
        assert_eq!(text(|b| push_f32(b, 0.1)), "0.1");
        assert_eq!(text(|b| push_f64(b, 1e300)), "1e300");
        assert_eq!(text(|b| push_f64(b, -0.0)), "-0.0");
        assert_eq!(text(|b| push_f64(b, f64::NAN)), "null");
        assert_eq!(text(|b| push_f32(b, f32::NEG_INFINITY)), "null");
    }

    #[test]
    fn milliseconds_have_one_to_six_decimals() {
        let cases = [
            (0, "0.0"),
            (1, "0.000001"),
            (125, "0.000125"),
            (123_450_000, "123.45"),
            (2_003_000_000, "2003.0"),
            (1_000_010, "1.00001"),
        ];
        for (nanos, expected) in cases {
            assert_eq!(text(|b| push_millis(b, nanos)), expected);
        }
    }

    #[test]
    fn seconds_have_as_many_decimals_as_protobuf_writes() {
        for (nanos, expected) in [
            (0, "0s"),
            (20_250_000, "0.020250s"),
            (20_000_000, "0.020s"),
            (3_000_000_000, "3s"),
            (1, "0.000000001s"),
        ] {
            assert_eq!(text(|b| push_seconds(b, nanos)), expected);
        }
    }

    proptest! {
        #[test]
        fn integers_are_written_as_std_writes_them(value: i64) {
            prop_assume!(value != i64::MIN);
            prop_assert_eq!(text(|b| push_i64(b, value)), value.to_string());
        }

        #[test]
        fn floats_read_back_bit_for_bit(bits: u64) {
            let value = f64::from_bits(bits);
            prop_assume!(value.is_finite());
            let back: f64 = serde_json::from_str(&text(|b| push_f64(b, value))).unwrap();
            prop_assert_eq!(back.to_bits(), bits);
        }

        #[test]
        fn whole_numbers_are_written_as_std_writes_them(bits: u64, shift in 0..64_u32) {
            let value = bits >> shift;
            prop_assert_eq!(text(|b| push_decimal(b, value)), value.to_string());
            let nanos = value >> 1;
            prop_assert_eq!(text(|b| push_nanos(b, nanos)), nanos.to_string());
        }

        #[test]
        fn milliseconds_lose_no_nanosecond(nanos: u64) {
            let text = text(|b| push_millis(b, nanos));
            let (whole, fraction) = text.split_once('.').unwrap();
            let padded: u64 = format!("{whole}{fraction:0<6}").parse().unwrap();
            prop_assert_eq!(padded, nanos);
            prop_assert!(fraction == "0" || !fraction.ends_with('0'));
        }
    }
}
