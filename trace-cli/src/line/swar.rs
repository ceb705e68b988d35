//! Looks for bytes eight at a time, for texts that are too short for a search
//! with a call.

const LOW: u64 = 0x0101_0101_0101_0101;
const HIGH: u64 = 0x8080_8080_8080_8080;

/// Returns a word whose lowest set bit is in the first byte that is one of
/// three. Above a byte that is found, others may seem to be found.
///
/// Source: Sean Eron Anderson, “Bit Twiddling Hacks”, the zero byte in a word.
#[inline]
fn found<const A: u8, const B: u8, const C: u8>(word: u64) -> u64 {
    let zeros = |differing: u64| differing.wrapping_sub(LOW) & !differing;
    let pattern = |byte: u8| LOW * u64::from(byte);
    let [a, b, c] = [pattern(A), pattern(B), pattern(C)].map(|pattern| zeros(word ^ pattern));
    (a | b | c) & HIGH
}

/// Returns the place of the first of three bytes, from `at` on. They are known
/// to the compiler, which makes patterns of them.
#[inline]
pub(super) fn first<const A: u8, const B: u8, const C: u8>(
    text: &[u8],
    mut at: usize,
) -> Option<usize> {
    const SHORT: usize = 4;
    for _ in 0..SHORT {
        let Some(bytes) = text.get(at..).and_then(<[u8]>::first_chunk) else { break };
        let found = found::<A, B, C>(u64::from_le_bytes(*bytes));
        if found != 0 {
            return Some(at + found.trailing_zeros() as usize / 8);
        }
        at += 8;
    }
    Some(at + memchr::memchr3(A, B, C, text.get(at..)?)?)
}

/// Returns whether all bytes are of the kind that ids and times are made of:
/// from `-` to `~`, but no backslash. There is no quote among them.
#[inline]
pub(super) fn are_plain<const N: usize>(bytes: &[u8; N]) -> bool {
    let word =
        |at: usize| bytes.get(at..).and_then(<[u8]>::first_chunk).map(|it| u64::from_le_bytes(*it));
    let mut at = 0;
    while at + 8 <= N {
        if !word(at).is_some_and(is_plain) {
            return false;
        }
        at += 8;
    }
    // The last bytes, with some of those before.
    at == N || word(N.saturating_sub(8)).is_some_and(is_plain)
}

#[inline]
fn is_plain(word: u64) -> bool {
    // No byte borrows from the next, since each has its highest bit.
    let is_above = (word | HIGH).wrapping_sub(LOW * u64::from(b'-')) & !word & HIGH;
    let differing = word ^ (LOW * u64::from(b'\\'));
    let backslashes = differing.wrapping_sub(LOW) & !differing & HIGH;
    is_above == HIGH && backslashes == 0
}
