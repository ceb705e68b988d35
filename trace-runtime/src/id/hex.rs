//! Hexadecimal digits: of the bytes of an id, and back.

/// Returns the bytes that lower-case hexadecimal digits stand for, if there
/// are exactly as many as it takes.
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
pub(super) fn halves(bits: u64) -> [[u8; 8]; 2] {
    let bytes = bits.to_be_bytes();
    let (quarters, _) = bytes.as_chunks::<4>();
    [digits(quarters[0]), digits(quarters[1])]
}

/// Returns eight digits, made all at once, each in a byte of one number: a
/// third of the instructions that a table takes.
pub(super) fn digits(bytes: [u8; 4]) -> [u8; 8] {
    // Each four bits into a byte of their own.
    let spread = u64::from(u32::from_be_bytes(bytes));
    let spread = (spread | spread << 16) & 0x0000_FFFF_0000_FFFF;
    let spread = (spread | spread << 8) & 0x00FF_00FF_00FF_00FF;
    let spread = (spread | spread << 4) & 0x0F0F_0F0F_0F0F_0F0F;
    // One in each byte that is ten or more: plus six, it reaches sixteen.
    let letters = (spread + 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101;
    let (zeros, from_nine_to_a) = (0x3030_3030_3030_3030, u64::from(b'a' - b'9' - 1));
    (spread + zeros + letters * from_nine_to_a).to_be_bytes()
}
