//! Hexadecimal digits: parses them, and writes the bytes of ids as digits.

/// Returns the bytes of lower-case hexadecimal digits, if there are exactly
/// `2 * N` of them.
pub(crate) fn parse_hex<const N: usize>(digits: &[u8]) -> Option<[u8; N]> {
    if digits.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        *byte = nibble(pair[0])? << 4 | nibble(pair[1])?;
    }
    Some(bytes)
}

fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

/// Returns the sixteen hexadecimal digits of a number, in two halves.
#[expect(clippy::inline_always, reason = "a call would take as long as the code")]
#[inline(always)]
pub(super) fn halves(bits: u64) -> [[u8; 8]; 2] {
    let [a, b, c, d, rest @ ..] = bits.to_be_bytes();
    [digits([a, b, c, d]), digits(rest)]
}

/// Returns eight digits, one in each byte. All are computed at once ("eight
/// bytes at once" in `speed-notes.md`).
#[expect(clippy::inline_always, reason = "a call would take as long as the code")]
#[inline(always)]
pub(super) fn digits(bytes: [u8; 4]) -> [u8; 8] {
    // Moves each byte into two, then each four bits into a byte of their own.
    let spread = u64::from(u32::from_le_bytes(bytes));
    let spread = (spread | spread << 16) & 0x0000_FFFF_0000_FFFF;
    let spread = (spread | spread << 8) & 0x00FF_00FF_00FF_00FF;
    let fours = (spread >> 4 | spread << 8) & 0x0F0F_0F0F_0F0F_0F0F;
    // Sets one in each byte that is ten or more: adding six makes it reach
    // sixteen.
    let letters = (fours + 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101;
    // The letter `a` is 0x27 characters behind the one that follows `9`.
    let further = letters.wrapping_mul(0xFF) & 0x2727_2727_2727_2727;
    (fours + 0x3030_3030_3030_3030 + further).to_le_bytes()
}
