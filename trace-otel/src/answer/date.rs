//! A date of HTTP: `Sun, 06 Nov 1994 08:49:37 GMT`, the form that RFC 9110
//! §5.6.7 asks senders for.

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// Returns the seconds since 1970-01-01 UTC.
pub(super) fn unix_seconds(text: &str) -> Option<u64> {
    let (_, rest) = text.split_once(", ")?;
    let parts: Vec<_> = rest.split(' ').collect();
    let [day, month, year, time, "GMT"] = parts[..] else { return None };
    let month = MONTHS.iter().position(|name| *name == month)?;
    let days = days_since_1970(number(year)?, month as u64 + 1, number(day)?)?;
    let clock: Vec<_> = time.split(':').map(number).collect();
    let [Some(hours @ ..24), Some(minutes @ ..60), Some(seconds @ ..=60)] = clock[..] else {
        return None;
    };
    Some(((days * 24 + hours) * 60 + minutes) * 60 + seconds)
}

fn number(digits: &str) -> Option<u64> {
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_number && digits.len() <= 4 { digits.parse().ok() } else { None }
}

/// Counts days in years that begin with March, so that a leap day comes last.
fn days_since_1970(year: u64, month: u64, day: u64) -> Option<u64> {
    if year < 1970 || !(1..=31).contains(&day) {
        return None;
    }
    let (year, month) = if month < 3 { (year - 1, month + 9) } else { (year, month - 3) };
    let of_year = (153 * month + 2) / 5 + day - 1;
    (year * 365 + year / 4 - year / 100 + year / 400 + of_year).checked_sub(719_468)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_seconds_since_1970() {
        for (text, seconds) in [
            ("Thu, 01 Jan 1970 00:00:00 GMT", 0),
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777),
            ("Thu, 29 Feb 2024 23:59:59 GMT", 1_709_251_199),
            ("Fri, 31 Dec 2100 00:00:00 GMT", 4_133_894_400),
        ] {
            assert_eq!(unix_seconds(text), Some(seconds), "{text}");
        }
    }

    #[test]
    fn other_forms_are_not_dates() {
        for text in [
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "Sun, 06 Nov 1994 08:49:37 CET",
            "Sun, 06 Nov 1994 25:00:00 GMT",
            "Sun, 00 Nov 1994 00:00:00 GMT",
            "Sun, 06 Nov 1950 00:00:00 GMT",
            "Sun, 06 Nov 99999999999999999999 00:00:00 GMT",
        ] {
            assert_eq!(unix_seconds(text), None, "{text}");
        }
    }
}
