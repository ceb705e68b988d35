//! Numbers as people read them.

/// Returns nanoseconds as milliseconds with three decimals: `1,150.000`.
pub(crate) fn millis(ns: i64) -> String {
    let micros = (ns.unsigned_abs() + 500) / 1_000;
    let sign = if ns < 0 && micros > 0 { "-" } else { "" };
    format!("{sign}{}.{:03}", count(micros / 1_000), micros % 1_000)
}

/// Returns a number with commas: `2,611,401`.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// Returns milliseconds with the three digits that a histogram knows: `45.2`.
pub(crate) fn three_digits(ns: i64) -> String {
    let ms = ns as f64 / 1e6;
    match ms.abs() {
        ..0.0005 if ns == 0 => "0".to_owned(),
        ..0.9995 => {
            let text = format!("{ms:.6}");
            let zeros = text.bytes().skip(2).take_while(|byte| *byte == b'0').count();
            format!("{ms:.*}", (zeros + 3).min(6))
        }
        ..9.995 => format!("{ms:.2}"),
        ..99.95 => format!("{ms:.1}"),
        _ => signed(ms.round() as i64),
    }
}

fn signed(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    format!("{sign}{}", count(number.unsigned_abs()))
}

/// Returns a share in percent: `99.7 %`.
pub(crate) fn percent(part: i64, whole: i64) -> Option<String> {
    (whole > 0).then(|| format!("{:.1} %", part as f64 * 100.0 / whole as f64))
}

/// Returns a number and what it counts.
pub(crate) fn counted(number: u64, one: &str, more: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { more })
}
