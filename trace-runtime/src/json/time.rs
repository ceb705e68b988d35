//! Writes times: RFC 3339 in UTC, always with six decimals and `Z`.
//!
//! Each has 27 characters, so they sort as text. A time before the year 0 or
//! after 9999 has no such form, and is written as the nearest one that has.

use std::cell::Cell;

use super::number;

/// The first and last second that can be written, counted from 1970.
const FIRST: i64 = -62_167_219_200;
const LAST: i64 = 253_402_300_799;
const DAY: i64 = 86_400;

thread_local! {
    /// The second that was written last, and its text. Most lines fall into the
    /// same second ("kept second" in `speed-notes.md`).
    static LATEST: Cell<(i64, [u8; 20])> = const { Cell::new((0, *b"1970-01-01T00:00:00.")) };
}

/// How many bytes the text of a time has.
pub(crate) const LEN: usize = 27;

/// Writes the text of a time, given as seconds since 1970-01-01 UTC and
/// microseconds within that second.
#[inline]
pub(crate) fn write(text: &mut [u8; LEN], seconds: i64, micros: u32) {
    text[..20].copy_from_slice(&second(seconds));
    text[20..26].copy_from_slice(number::six_digits(micros.min(999_999)).as_flattened());
    text[26] = b'Z';
}

fn second(seconds: i64) -> [u8; 20] {
    let (latest, text) = LATEST.get();
    if seconds == latest {
        return text;
    }
    let text = render(seconds.clamp(FIRST, LAST));
    LATEST.set((seconds, text));
    text
}

#[cold]
fn render(seconds: i64) -> [u8; 20] {
    let (year, month, day) = date(seconds.div_euclid(DAY));
    let of_day = seconds.rem_euclid(DAY);
    let mut text = *b"0000-00-00T00:00:00.";
    put(&mut text[0..4], year);
    put(&mut text[5..7], month);
    put(&mut text[8..10], day);
    put(&mut text[11..13], of_day / 3600);
    put(&mut text[14..16], of_day / 60 % 60);
    put(&mut text[17..19], of_day % 60);
    text
}

/// Returns year, month and day for a number of days since 1970-01-01.
///
/// The proleptic Gregorian calendar repeats every 400 years (146,097 days).
/// Here a year begins on 1 March, so that the leap day is its last day. The
/// lengths of the months before it then follow one rule: 153 days for every
/// five months.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468; // from 0000-03-01
    let era = days.div_euclid(146_097);
    let of_era = days.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month, day)
}

/// Writes `value` in decimal, right-aligned, over zeros.
#[expect(clippy::cast_sign_loss, reason = "no part of a date is negative")]
fn put(text: &mut [u8], mut value: i64) {
    for digit in text.iter_mut().rev() {
        *digit = b'0' + (value % 10) as u8;
        value /= 10;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(seconds: i64, micros: u32) -> String {
        let mut text = [0; LEN];
        write(&mut text, seconds, micros);
        String::from_utf8(text.to_vec()).unwrap()
    }

    #[test]
    fn known_moments_read_as_they_should() {
        let cases = [
            (0, 0, "1970-01-01T00:00:00.000000Z"),
            (-1, 999_999, "1969-12-31T23:59:59.999999Z"),
            (951_782_400, 1, "2000-02-29T00:00:00.000001Z"),
            (4_107_542_399, 0, "2100-02-28T23:59:59.000000Z"),
            (4_107_542_400, 0, "2100-03-01T00:00:00.000000Z"),
            (1_795_316_409, 143_456, "2026-11-22T03:00:09.143456Z"),
            (i64::MIN, 0, "0000-01-01T00:00:00.000000Z"),
            (i64::MAX, 0, "9999-12-31T23:59:59.000000Z"),
        ];
        for (seconds, micros, expected) in cases {
            assert_eq!(text(seconds, micros), expected);
        }
    }

    #[test]
    fn every_day_of_four_centuries_follows_the_one_before() {
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
        let (mut year, mut month, mut day) = (1970, 1, 1);
        for days in 0..146_097 {
            assert_eq!(date(days), (year, i64::try_from(month).unwrap(), day));
            let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            let length = if month == 2 && leap { 29 } else { lengths[month - 1] };
            day += 1;
            if day > length {
                (month, day) = (month + 1, 1);
            }
            if month > 12 {
                (year, month) = (year + 1, 1);
            }
        }
    }
}
