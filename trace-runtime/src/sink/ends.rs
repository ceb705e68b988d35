//! Where lines end.
//!
//! A line may be shown in several rows. All but its first begin with a blank, and
//! no line does: so a newline ends a line unless a blank follows.

/// Returns whether a line ends with the byte at a place.
pub(crate) fn is_end(bytes: &[u8], at: usize) -> bool {
    bytes.get(at) == Some(&b'\n') && bytes.get(at + 1) != Some(&b' ')
}

/// Returns where the last line ends that has its end before a place.
pub(crate) fn last(bytes: &[u8], before: usize) -> Option<usize> {
    let bytes_before = bytes.get(..before).unwrap_or(bytes);
    let mut at = bytes_before.len();
    loop {
        at = bytes.get(..at)?.iter().rposition(|byte| *byte == b'\n')?;
        if is_end(bytes, at) {
            return Some(at);
        }
    }
}

/// Returns where the first line ends.
pub(crate) fn first(bytes: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += bytes.get(at..)?.iter().position(|byte| *byte == b'\n')?;
        if is_end(bytes, at) {
            return Some(at);
        }
        at += 1;
    }
}

/// Counts lines. In bytes first, up to what fits into one: the machine adds
/// sixteen at a time.
pub(crate) fn count(bytes: &[u8]) -> usize {
    let Some((_, next)) = bytes.split_first() else { return 0 };
    let ends = |(byte, next): (&u8, &u8)| u8::from(*byte == b'\n') & u8::from(*next != b' ');
    let count = |(bytes, next): (&[u8], &[u8])| bytes.iter().zip(next).map(ends).sum::<u8>();
    let before_last: usize =
        bytes.chunks(240).zip(next.chunks(240)).map(|both| usize::from(count(both))).sum();
    before_last + usize::from(bytes.last() == Some(&b'\n'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_row_that_begins_with_a_blank_is_part_of_the_line_before() {
        let lines = b"a\n b\n  c\nd\n e\n";
        assert_eq!((first(lines), last(lines, lines.len())), (Some(8), Some(13)));
        assert_eq!((last(lines, 13), last(lines, 8), count(lines)), (Some(8), None, 2));
        assert_eq!((first(b""), last(b"", 7), count(b"")), (None, None, 0));
    }

    proptest! {
        #[test]
        fn lines_are_counted_and_found_as_one_by_one(lines in "[ a\n]{0,700}") {
            let bytes = lines.as_bytes();
            let ends: Vec<_> = (0..bytes.len()).filter(|at| is_end(bytes, *at)).collect();
            prop_assert_eq!(count(bytes), ends.len());
            prop_assert_eq!(first(bytes), ends.first().copied());
            for before in 0..=bytes.len() {
                let expected = ends.iter().rfind(|end| **end < before).copied();
                prop_assert_eq!(last(bytes, before), expected);
            }
        }
    }
}
