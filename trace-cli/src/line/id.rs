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
        let decimal = self.string(Role::TraceDecimal)?;
        Some(
            decimal
                .parse::<u128>()
                .map_or_else(|_| decimal.into_owned(), |id| format!("{id:032x}")),
        )
    }

    /// Returns a number for the trace, equal for all forms of its id.
    #[inline]
    pub(crate) fn trace_key(&self) -> Option<u128> {
        let raw = self.bare(Role::Trace);
        if raw.len() == 32 {
            if let Some(key) = hex128(raw) {
                return Some(key);
            }
        }
        self.trace_text().map(|text| trace_key(&text))
    }

    /// Returns a number for the span; 0 if there is none.
    #[inline]
    pub(crate) fn span_key(&self) -> u64 {
        match self.has(Role::Span) {
            true => span_key(self.bare(Role::Span)),
            false => self.string(Role::SpanDecimal).map_or(0, |it| it.parse().unwrap_or_default()),
        }
    }

    /// Returns a number for the span above; 0 if there is none.
    #[inline]
    pub(crate) fn parent_key(&self) -> u64 {
        span_key(self.bare(Role::Parent))
    }
}

/// Returns a number for a canonical id. One of 16 digits is that of 32 digits
/// that begins with zeros.
pub(crate) fn trace_key(text: &str) -> u128 {
    let digits = text.as_bytes();
    let number = match digits.len() {
        32 => hex128(digits),
        16 => hex64(digits).map(u128::from),
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
    match raw.len() {
        16 => hex64(raw),
        _ => None,
    }
    .unwrap_or_else(|| hash(canonical(raw).as_bytes()))
}

#[inline]
fn hex128(digits: &[u8]) -> Option<u128> {
    let (high, low) = (hex64(digits.get(..16)?)?, hex64(digits.get(16..)?)?);
    Some(u128::from(high) << 64 | u128::from(low))
}

/// Returns the number of 16 digits, in either case.
#[inline]
fn hex64(digits: &[u8]) -> Option<u64> {
    let (mut number, mut all) = (0_u64, 0_u8);
    for digit in digits {
        let value = HEX[usize::from(*digit)];
        all |= value;
        number = number << 4 | u64::from(value & 0xf);
    }
    (all < 0x80).then_some(number)
}

/// The value of each hexadecimal digit; 0x80 for all other bytes.
static HEX: [u8; 256] = {
    let mut table = [0x80; 256];
    let mut at = 0;
    while at < 10 {
        table[b'0' as usize + at] = at as u8;
        at += 1;
    }
    while at < 16 {
        table[b'a' as usize + at - 10] = at as u8;
        table[b'A' as usize + at - 10] = at as u8;
        at += 1;
    }
    table
};

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
