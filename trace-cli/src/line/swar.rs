//! Looks at bytes eight at a time, for texts that are too short for a search
//! with a call.

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Returns a word whose lowest set bit is in the first byte that ends, or
/// interrupts, a string: a quote, a backslash or a control character. Above a
/// byte that is found, others may seem to be found.
///
/// Source: Sean Eron Anderson, “Bit Twiddling Hacks”, a zero byte in a word, and
/// a byte that is less than another.
#[inline]
fn special(word: u64) -> u64 {
    // The quote changes places with the blank: then it is less than `!`, too.
    let swapped = word ^ (LOW * u64::from(b'"' ^ b' '));
    let backslash = word ^ (LOW * u64::from(b'\\'));
    let is_less = swapped.wrapping_sub(LOW * u64::from(b' ' + 1)) & !word;
    let is_zero = backslash.wrapping_sub(LOW) & !backslash;
    (is_less | is_zero) & HIGH
}

/// Returns how long the inner of a string is, which a text begins with, if it has
/// less than 16 bytes and no escape.
#[inline]
pub(super) fn short_string(text: &[u8]) -> Option<usize> {
    let bytes = text.first_chunk::<16>()?;
    // Both words at once: in which of them it ends can be foreseen by nothing.
    let [low, high] = halves(bytes).map(special);
    let (word, before) = if low == 0 { (high, 8) } else { (low, 0) };
    if word == 0 {
        return None;
    }
    let len = before + (word.trailing_zeros() / 8) as usize % 8;
    (bytes[len] == b'"').then_some(len)
}

/// Returns the place of the first byte from `at` on that ends, or interrupts, a
/// string.
#[inline]
pub(super) fn first_special(text: &[u8], mut at: usize) -> Option<usize> {
    while let Some(bytes) = text.get(at..).and_then(<[u8]>::first_chunk) {
        let found = special(u64::from_le_bytes(*bytes));
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    let is_special = |byte: &u8| matches!(byte, b'"' | b'\\' | ..b' ');
    Some(at + text.get(at..)?.iter().position(is_special)?)
}

#[inline]
fn halves(bytes: &[u8; 16]) -> [u64; 2] {
    let whole = u128::from_le_bytes(*bytes);
    [whole as u64, (whole >> 64) as u64]
}

/// Returns whether no byte ends, or interrupts, a string. There are at least
/// eight.
#[inline]
pub(super) fn are_plain<const N: usize>(bytes: &[u8; N]) -> bool {
    let (first, last) = (bytes.chunks_exact(8), bytes.last_chunk().into_iter());
    let words = first.filter_map(<[u8]>::first_chunk).chain(last);
    // The last may overlap the one before it.
    words.fold(0, |found, word| found | special(u64::from_le_bytes(*word))) == 0
}

/// Returns how many digits eight bytes begin with.
#[inline]
pub(super) fn digits_len(bytes: [u8; 8]) -> u32 {
    let values = u64::from_le_bytes(bytes) ^ (LOW * u64::from(b'0'));
    let others = (values.wrapping_add(LOW * (0x80 - 10)) | values) & HIGH;
    others.trailing_zeros() / 8
}

/// Reads the digits that eight bytes begin with. Returns how many there are, and
/// their number.
///
/// Source: Daniel Lemire, “Quickly parsing eight digits”.
#[inline]
pub(super) fn digits(bytes: [u8; 8]) -> (u32, u64) {
    const FOURTHS: u64 = 0xff_0000_00ff;
    let len = digits_len(bytes);
    if len == 0 {
        return (0, 0);
    }
    // The digits go to the end, behind zeros.
    let values = u64::from_le_bytes(bytes) ^ (LOW * u64::from(b'0'));
    let values = values << (64 - 8 * len);
    let pairs = values.wrapping_mul(10).wrapping_add(values >> 8);
    let first = (pairs & FOURTHS).wrapping_mul(0x000F_4240_0000_0064);
    let second = (pairs >> 16 & FOURTHS).wrapping_mul(0x0000_2710_0000_0001);
    (len, first.wrapping_add(second) >> 32)
}
