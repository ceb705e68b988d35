//! Numbers of JSON, also those that stand in quotes.

use std::str;

use super::{swar, text::bare};

/// Returns nanoseconds of a number of milliseconds, or `None` if it is
/// negative or none at all.
#[inline]
pub(crate) fn millis_as_ns(value: &[u8]) -> Option<i64> {
    let value = bare(value);
    exact(value, 6).or_else(|| by_float(value, 1e6))
}

/// Returns nanoseconds of a number of seconds, which may end in `s`.
pub(crate) fn seconds_as_ns(value: &[u8]) -> Option<i64> {
    let value = bare(value);
    let value = value.strip_suffix(b"s").unwrap_or(value);
    exact(value, 9).or_else(|| by_float(value, 1e9))
}

/// Returns a number times ten to the power of `decimals`, by integer
/// arithmetic. More decimals are cut off.
#[inline]
pub(super) fn exact(value: &[u8], decimals: u32) -> Option<i64> {
    // So few digits cannot overflow.
    if value.len() <= 11 && decimals == 6 { short(value) } else { long(value, decimals) }
}

/// A number times a million.
#[inline]
fn short(value: &[u8]) -> Option<i64> {
    let (mut number, mut at) = (0_i64, 0);
    let digit = |at: usize| value.get(at).map(|byte| byte.wrapping_sub(b'0')).filter(|it| *it < 10);
    while let Some(digit) = digit(at) {
        number = number * 10 + i64::from(digit);
        at += 1;
    }
    if at == value.len() && at > 0 {
        return Some(number * POWERS[6]);
    }
    if at == 0 || value[at] != b'.' {
        return None;
    }
    let begin = at + 1;
    at = begin;
    while let Some(digit) = digit(at).filter(|_| at < begin + 6) {
        number = number * 10 + i64::from(digit);
        at += 1;
    }
    let is_number = value[at..].iter().all(u8::is_ascii_digit);
    is_number.then(|| number * POWERS[6 - (at - begin)])
}

/// Reads the milliseconds that a text begins with, if they are as the runtime
/// writes them: with a dot, seven digits at most before it, and six behind it.
/// Returns nanoseconds, and how long the number is.
#[inline]
pub(super) fn millis(text: &[u8]) -> Option<(i64, usize)> {
    let (len, whole) = swar::digits(*text.first_chunk()?);
    let (dot, rest) = text.get(len as usize..)?.split_first()?;
    let (decimals, fraction) = swar::digits(*rest.first_chunk()?);
    if !(1..8).contains(&len) || *dot != b'.' || !(1..7).contains(&decimals) {
        return None;
    }
    let ns = whole as i64 * POWERS[6] + fraction as i64 * POWERS[6 - decimals as usize];
    Some((ns, (len + 1 + decimals) as usize))
}

/// Returns the length of such a number.
#[inline]
pub(super) fn millis_len(text: &[u8]) -> Option<usize> {
    let len = swar::digits_len(*text.first_chunk()?);
    let (dot, rest) = text.get(len as usize..)?.split_first()?;
    let decimals = swar::digits_len(*rest.first_chunk()?);
    let is_usual = (1..8).contains(&len) && *dot == b'.' && (1..7).contains(&decimals);
    is_usual.then_some((len + 1 + decimals) as usize)
}

const POWERS: [i64; 7] = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000];

fn long(value: &[u8], decimals: u32) -> Option<i64> {
    let mut number = 0_i64;
    let mut digits = value.iter();
    let mut any = false;
    for byte in digits.by_ref() {
        match byte {
            b'0'..=b'9' => number = number.checked_mul(10)?.checked_add(i64::from(byte - b'0'))?,
            b'.' if any => break,
            _ => return None,
        }
        any = true;
    }
    let mut missing = decimals;
    for byte in digits {
        if !byte.is_ascii_digit() {
            return None;
        }
        if missing > 0 {
            number = number.checked_mul(10)?.checked_add(i64::from(byte - b'0'))?;
            missing -= 1;
        }
    }
    any.then_some(())?;
    number.checked_mul(10_i64.pow(missing))
}

/// For exponents, which the runtime does not write.
fn by_float(value: &[u8], scale: f64) -> Option<i64> {
    let first = value.first()?;
    if !first.is_ascii_digit() {
        return None;
    }
    let number: f64 = str::from_utf8(value).ok()?.parse().ok()?;
    let scaled = (number * scale).round();
    (scaled >= 0.0 && scaled < i64::MAX as f64).then_some(scaled as i64)
}

/// Returns a whole number.
pub(crate) fn integer(value: &[u8]) -> Option<i64> {
    str::from_utf8(bare(value)).ok()?.parse().ok()
}

/// Returns a number as it is compared in conditions.
pub(crate) fn plain(value: &[u8]) -> Option<f64> {
    let number: f64 = str::from_utf8(bare(value)).ok()?.parse().ok()?;
    number.is_finite().then_some(number)
}
