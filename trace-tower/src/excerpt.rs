//! The first bytes of a body, seen as they pass: nothing waits for them.

use std::io::IoSlice;

use bytes::Buf;

/// How many pieces of one frame's data are looked at.
const MOST_PIECES: usize = 16;

/// The first bytes of a body that says why a request was refused or failed.
#[derive(Debug)]
pub(crate) struct Excerpt {
    bytes: Vec<u8>,
    most: usize,
    is_cut: bool,
}

impl Excerpt {
    pub(crate) fn new(most: usize) -> Self {
        Self { bytes: Vec::new(), most, is_cut: false }
    }

    /// Looks at data that passes; of data in many pieces, at the first.
    pub(crate) fn see(&mut self, data: &impl Buf) {
        let (before, mut pieces) = (self.bytes.len(), [IoSlice::new(&[]); MOST_PIECES]);
        let filled = data.chunks_vectored(&mut pieces);
        for piece in pieces.iter().take(filled) {
            let taken = piece.len().min(self.most.saturating_sub(self.bytes.len()));
            self.bytes.extend_from_slice(piece.get(..taken).unwrap_or_default());
        }
        self.is_cut |= self.bytes.len() - before < data.remaining();
    }

    /// Returns the text, if there was any; it ends in `…` if there was more.
    pub(crate) fn text(&self) -> Option<String> {
        let text = String::from_utf8_lossy(self.whole_characters());
        match (text.trim(), self.is_cut) {
            ("", _) => None,
            (text, false) => Some(text.to_owned()),
            (text, true) => Some(format!("{text}…")),
        }
    }

    /// Takes off the part of a character that was cut.
    fn whole_characters(&self) -> &[u8] {
        let end = match std::str::from_utf8(&self.bytes) {
            Err(error) if self.is_cut && error.error_len().is_none() => error.valid_up_to(),
            _ => self.bytes.len(),
        };
        self.bytes.get(..end).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(most: usize, pieces: &[&[u8]]) -> Option<String> {
        let mut excerpt = Excerpt::new(most);
        for piece in pieces {
            excerpt.see(piece);
        }
        excerpt.text()
    }

    #[test]
    fn the_first_bytes_of_all_pieces_are_the_text() {
        for (most, pieces, expected) in [
            (10, &[&b"no "[..], b"such", b" user"][..], Some("no such us…")),
            (12, &[b"no such user"], Some("no such user")),
            (11, &[b"no such user"], Some("no such use…")),
            (3, &["aüü".as_bytes()], Some("aü…")),
            (4, &["aüü".as_bytes()], Some("aü…")),
            (9, &[b"\n text \n"], Some("text")),
            (9, &[b"a\xFFb"], Some("a\u{FFFD}b")),
            (9, &[b"cut \xC3"], Some("cut \u{FFFD}")),
            (9, &[b" \r\n"], None),
            (9, &[], None),
        ] {
            assert_eq!(text(most, pieces).as_deref(), expected, "{pieces:?}");
        }
    }

    #[test]
    fn of_data_in_pieces_all_are_seen() {
        for (most, expected) in [(20, "one,two,three"), (9, "one,two,t…"), (4, "one,…")] {
            let mut excerpt = Excerpt::new(most);
            excerpt.see(&Buf::chain(&b"one,"[..], Buf::chain(&b"two,"[..], &b"three"[..])));
            assert_eq!(excerpt.text().as_deref(), Some(expected));
        }
    }
}
