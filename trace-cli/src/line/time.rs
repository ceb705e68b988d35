//! Times: RFC 3339 and its neighbours, and numbers since 1970, as nanoseconds
//! since 1970-01-01 UTC. A time without a zone is UTC.

use std::cell::Cell;

use super::{
    any::members,
    number::{exact, integer, seconds_as_ns},
    swar,
    text::bare,
};

const SECOND: i64 = 1_000_000_000;

/// The times that are believed, 1897 to 2116: any two of them, and a duration,
/// can be added and subtracted.
const BELIEVED: std::ops::Range<i64> = -(1 << 61)..1 << 62;

/// Returns the nanoseconds since 1970 that a value stands for.
#[inline]
pub(crate) fn time_ns(value: &[u8]) -> Option<i64> {
    any_time(value).filter(|time| BELIEVED.contains(time))
}

#[inline]
fn any_time(value: &[u8]) -> Option<i64> {
    if let [b'"', text @ .., b'"'] = value {
        if let Some(time) = <&[u8; 27]>::try_from(text).ok().and_then(fixed) {
            return Some(time);
        }
    }
    other_time(value)
}

/// Returns a time in any form but the runtime's.
#[inline(never)]
fn other_time(value: &[u8]) -> Option<i64> {
    let text = bare(value);
    match value.first()? {
        b'{' => in_parts(value),
        _ if text.get(4) == Some(&b'-') => by_fields(text),
        _ => since_1970(text),
    }
}

/// The form of the runtime: `2026-11-22T03:00:09.143456Z`.
#[inline]
fn fixed(text: &[u8; 27]) -> Option<i64> {
    if (text[10], text[19], text[26]) != (b'T', b'.', b'Z') {
        return None;
    }
    let minute = minute(text.first_chunk()?)?;
    // Second 60 is the next minute's 0.
    let [tens, ones] = [text[17], text[18]].map(|digit| digit.wrapping_sub(b'0'));
    let second = i64::from(tens) * 10 + i64::from(ones);
    let mut behind_dot = [0; 8];
    behind_dot[..7].copy_from_slice(&text[20..]);
    let (len, micros) = swar::digits(behind_dot);
    if len != 6 || ones > 9 || second > 60 {
        return None;
    }
    minute.checked_add(second * SECOND + micros as i64 * 1_000)
}

/// What a time begins with, up to the colon behind its minute.
type Minute = [u8; 17];

thread_local! {
    /// The last minute that was read: most lines are of the same one.
    static LAST: Cell<(Minute, i64)> = const { Cell::new(([0; 17], 0)) };
}

/// Returns the time at which a minute begins.
#[inline]
fn minute(text: &Minute) -> Option<i64> {
    let (last, at) = LAST.get();
    if last == *text {
        return Some(at);
    }
    let mut whole = *b"0000-00-00T00:00:00";
    whole[..text.len()].copy_from_slice(text);
    let at = seconds(&whole)?.checked_mul(SECOND)?;
    LAST.set((*text, at));
    Some(at)
}

/// Returns the seconds of the first 19 characters.
#[inline]
fn seconds(text: &[u8]) -> Option<i64> {
    let text = text.get(..19)?;
    let is_form = text[4] == b'-' && text[7] == b'-' && text[13] == b':' && text[16] == b':';
    let (year, month) = (digits(&text[..4])?, digits(&text[5..7])?);
    let (day, hour) = (digits(&text[8..10])?, digits(&text[11..13])?);
    let (minute, second) = (digits(&text[14..16])?, digits(&text[17..19])?);
    // Second 60 is the next minute's 0.
    if !is_form || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    let days = days(i64::from(year), month, day)?;
    Some(days * 86_400 + i64::from(hour * 3_600 + minute * 60 + second))
}

#[inline]
fn digits(text: &[u8]) -> Option<u32> {
    text.iter().try_fold(0, |sum: u32, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit < 10).then(|| sum * 10 + u32::from(digit))
    })
}

/// Returns the days from 1970 to a date, or `None` if there is no such date.
///
/// Source: Howard Hinnant, “chrono-Compatible Low-Level Date Algorithms”.
#[inline]
pub(crate) fn days(year: i64, month: u32, day: u32) -> Option<i64> {
    const LENGTHS: [u32; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    let longest = *LENGTHS.get(month.checked_sub(1)? as usize)?;
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if day == 0 || day > longest || (month == 2 && day == 29 && !is_leap) {
        return None;
    }
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = i64::from((153 * ((month + 9) % 12) + 2) / 5 + day - 1);
    Some(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
}

/// Any other form with a date: any number of decimals, a blank for the `T`, an
/// offset of a zone.
fn by_fields(text: &[u8]) -> Option<i64> {
    if !matches!(text.get(10)?, b'T' | b't' | b' ') {
        return None;
    }
    let seconds = seconds(text)?;
    let mut rest = &text[19..];
    let mut nanos = 0;
    if let [b'.' | b',', decimals @ ..] = rest {
        let len = decimals.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let decimals = &decimals[..len];
        nanos = exact(&[b"0.", &decimals[..len.min(9)]].concat(), 9)?;
        rest = &rest[1 + len..];
    }
    (seconds - offset(rest.trim_ascii())?).checked_mul(SECOND)?.checked_add(nanos)
}

/// Returns the seconds that a zone is ahead of UTC.
fn offset(zone: &[u8]) -> Option<i64> {
    let (sign, rest) = match zone {
        b"" | b"Z" | b"z" | b"UTC" => return Some(0),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match rest {
        [_, _] => (digits(rest)?, 0),
        [hours @ .., b':', m, n] if hours.len() == 2 => (digits(hours)?, digits(&[*m, *n])?),
        [_, _, _, _] => (digits(&rest[..2])?, digits(&rest[2..])?),
        _ => return None,
    };
    Some(sign * i64::from(hours * 3_600 + minutes * 60))
}

/// A number: seconds, milliseconds, microseconds or nanoseconds, by its
/// magnitude.
fn since_1970(text: &[u8]) -> Option<i64> {
    let whole = exact(text, 0);
    let Some(whole) = whole else {
        // `1.7957736e+09`, which only seconds are written as.
        return seconds_as_ns(text);
    };
    let decimals = match whole {
        ..100_000_000_000 => 9,
        100_000_000_000..100_000_000_000_000 => 6,
        100_000_000_000_000..100_000_000_000_000_000 => 3,
        100_000_000_000_000_000.. => 0,
    };
    exact(text, decimals).map(|ns| if decimals == 9 { to_micros(text, ns) } else { ns })
}

/// Seconds with decimals are a float of their writer: what is beyond
/// microseconds is noise.
fn to_micros(text: &[u8], ns: i64) -> i64 {
    let decimals = text.iter().position(|byte| *byte == b'.').map_or(0, |at| text.len() - at - 1);
    if decimals > 6 && decimals != 9 { ns.saturating_add(500) / 1_000 * 1_000 } else { ns }
}

/// The form of Google Cloud: `{"seconds":…,"nanos":…}`.
fn in_parts(value: &[u8]) -> Option<i64> {
    let part = |key: &[u8]| members(value).find(|it| it.key == key).map(|it| integer(it.value));
    let (seconds, nanos) = (part(b"seconds")??, part(b"nanos").unwrap_or(Some(0))?);
    seconds.checked_mul(SECOND)?.checked_add(nanos)
}

/// A time as people read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Civil {
    pub(crate) year: i64,
    pub(crate) month: u32,
    pub(crate) day: u32,
    /// Since midnight.
    pub(crate) micros: i64,
}

/// Returns the date and the time of day of nanoseconds since 1970.
pub(crate) fn civil(ns: i64) -> Civil {
    const DAY: i64 = 86_400 * SECOND;
    let z = ns.div_euclid(DAY) + 719_468;
    let era = z.div_euclid(146_097);
    let of_era = z.rem_euclid(146_097);
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = (of_year - (153 * month + 2) / 5 + 1) as u32;
    let month = ((month + 2) % 12 + 1) as u32;
    let year = year + era * 400 + i64::from(month <= 2);
    Civil { year, month, day, micros: ns.rem_euclid(DAY) / 1_000 }
}
