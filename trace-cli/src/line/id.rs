//! Ids in all their forms: hexadecimal in either case, with the dashes of a
//! UUID, decimal, or any text.

use std::borrow::Cow;

use super::{keys::Role, object::Line, text::decode};

/// Returns an id as it is compared and shown: hexadecimal ids in lower case and
/// without dashes, others as they are.
pub(crate) fn canonical(raw: &[u8]) -> Cow<'_, str> {
    let text = decode(raw);
    // Google Cloud writes `projects/PROJECT/traces/ID`.
    let text = match (text.starts_with("projects/"), text.rfind('/')) {
        (true, Some(slash)) => Cow::Owned(text[slash + 1..].to_owned()),
        _ => text,
    };
    // OpenTelemetry's SDK for Python writes `0x` before an id.
    let text = match text.strip_prefix("0x") {
        Some(digits) if is_hex(digits) => Cow::Owned(digits.to_owned()),
        _ => text,
    };
    let is_plain = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if is_plain || !is_hex(&text) {
        return text;
    }
    let digits = text.chars().filter(|c| *c != '-');
    Cow::Owned(digits.map(|c| c.to_ascii_lowercase()).collect())
}

/// Returns whether a text has only hexadecimal digits, and dashes between them.
pub(crate) fn is_hex(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_hexdigit() || byte == b'-';
    !text.is_empty() && !text.starts_with('-') && text.bytes().all(is_part)
}

impl Line<'_> {
    /// Returns the id of the trace, as it is shown.
    pub(crate) fn trace_text(&self) -> Option<String> {
        if self.has(Role::Trace) {
            return Some(canonical(self.bare(Role::Trace)).into_owned());
        }
        let text = self.string(Role::TraceDecimal)?;
        // `ddtrace` writes 32 hexadecimal digits under the same key.
        let decimal = if text.len() == 32 { None } else { text.parse::<u128>().ok() };
        let hex = || canonical(self.bare(Role::TraceDecimal)).into_owned();
        Some(decimal.map_or_else(hex, |id| format!("{id:032x}")))
    }

    /// Returns the id of the span, as it is shown; empty if there is none.
    pub(crate) fn span_text(&self) -> Cow<'_, str> {
        let decimal = || self.string(Role::SpanDecimal)?.parse::<u64>().ok();
        match () {
            () if self.has(Role::Span) => canonical(self.bare(Role::Span)),
            () if self.has(Role::SpanDecimal) => {
                decimal().map_or_else(Cow::default, |id| Cow::Owned(format!("{id:016x}")))
            }
            () => canonical(self.bare(Role::Transaction)),
        }
    }

    /// Returns a number for the trace, equal for all forms of its id.
    #[inline]
    pub(crate) fn trace_key(&self) -> Option<u128> {
        let raw = self.bare(Role::Trace);
        if let Some(key) = <&[u8; 32]>::try_from(raw).ok().and_then(hex128) {
            return Some(key);
        }
        self.trace_text().map(|text| trace_key(&text))
    }

    /// Returns a number for the span; 0 if there is none.
    #[inline]
    pub(crate) fn span_key(&self) -> u64 {
        match self.has(Role::Span) {
            true => span_key(self.bare(Role::Span)),
            false if self.has(Role::SpanDecimal) => decimal_key(self.bare(Role::SpanDecimal)),
            false => span_key(self.bare(Role::Transaction)),
        }
    }

    /// Returns a number for the span above; 0 if there is none.
    #[inline]
    pub(crate) fn parent_key(&self) -> u64 {
        match () {
            () if self.has(Role::Parent) => span_key(self.bare(Role::Parent)),
            () if self.has(Role::ParentDecimal) => decimal_key(self.bare(Role::ParentDecimal)),
            // A span of ECS that names no other is below its transaction.
            () if self.has(Role::Span) => span_key(self.bare(Role::Transaction)),
            () => 0,
        }
    }
}

/// Returns a number for a canonical id. One of 16 digits is that of 32 digits
/// that begins with zeros.
pub(crate) fn trace_key(text: &str) -> u128 {
    let digits = text.as_bytes();
    let number = match digits.len() {
        32 => digits.first_chunk().and_then(hex128),
        16 => digits.first_chunk().and_then(hex64).map(u128::from),
        _ => None,
    };
    number.unwrap_or_else(|| {
        u128::from(hash(digits)) << 64 | u128::from(hash(&[b"+", digits].concat()))
    })
}

#[inline]
fn span_key(raw: &[u8]) -> u64 {
    if raw.is_empty() {
        return 0;
    }
    let number = |id: &[u8]| <&[u8; 16]>::try_from(id).ok().and_then(hex64);
    number(raw).unwrap_or_else(|| {
        let id = canonical(raw);
        number(id.as_bytes()).unwrap_or_else(|| hash(id.as_bytes()))
    })
}

/// Returns the number of a span in decimal digits. Any other text is an id as
/// they are elsewhere.
fn decimal_key(raw: &[u8]) -> u64 {
    let number = std::str::from_utf8(raw).ok().and_then(|text| text.parse().ok());
    number.unwrap_or_else(|| span_key(raw))
}

/// Returns the number of 32 digits, in either case.
#[inline(never)]
fn hex128(digits: &[u8; 32]) -> Option<u128> {
    // Without an early end, the compiler looks at all of them at once.
    if !digits.iter().fold(true, |all, digit| all & is_digit(*digit)) {
        return None;
    }
    let mut bytes = [0; 16];
    for at in 0..16 {
        bytes[at] = value(digits[2 * at]) << 4 | value(digits[2 * at + 1]);
    }
    Some(u128::from_be_bytes(bytes))
}

#[inline]
fn is_digit(byte: u8) -> bool {
    let is_decimal = byte.wrapping_sub(b'0') < 10;
    let is_letter = (byte | 0x20).wrapping_sub(b'a') < 6;
    is_decimal | is_letter
}

/// Returns the value of a digit: of a letter, it is 9 more than its low four bits.
#[inline]
fn value(digit: u8) -> u8 {
    (digit & 0xf) + (digit >> 6) * 9
}

/// Returns the number of 16 digits, in either case.
#[inline]
fn hex64(digits: &[u8; 16]) -> Option<u64> {
    if !digits.iter().fold(true, |all, digit| all & is_digit(*digit)) {
        return None;
    }
    let whole = u128::from_be_bytes(*digits);
    Some(hex32((whole >> 64) as u64) << 32 | hex32(whole as u64))
}

/// Returns the number of eight digits, all of them at once.
#[inline]
fn hex32(digits: u64) -> u64 {
    const EACH: u64 = 0x0101_0101_0101_0101;
    // Of a letter, the low four bits are 9 less than its value.
    let values = (digits & (EACH * 0xf)) + (digits >> 6 & EACH) * 9;
    let pairs = (values | values >> 4) & 0x00ff_00ff_00ff_00ff;
    let fours = (pairs | pairs >> 8) & 0x0000_ffff_0000_ffff;
    (fours | fours >> 16) & 0xffff_ffff
}

/// A hash that is the same in each run: words of eight bytes, mixed as
/// MurmurHash3 does at its end. The last may overlap the one before it.
#[inline]
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    let seed = 0xcbf2_9ce4_8422_2325_u64 ^ bytes.len() as u64;
    let word = |bytes: &[u8; 8]| u64::from_le_bytes(*bytes);
    let Some(last) = bytes.last_chunk::<8>() else {
        return mix(seed ^ bytes.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)));
    };
    let (mut hash, mut rest) = (seed, bytes);
    while let Some((first, behind)) = rest.split_first_chunk::<8>() {
        hash = mix(hash ^ word(first));
        rest = behind;
    }
    if rest.is_empty() { hash } else { mix(hash ^ word(last)) }
}

#[inline]
pub(crate) fn mix(mut hash: u64) -> u64 {
    hash = (hash ^ hash >> 33).wrapping_mul(0xff51_afd7_ed55_8ccd);
    hash = (hash ^ hash >> 33).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    hash ^ hash >> 33
}
