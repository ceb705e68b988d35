//! The first bytes of a body, seen as they pass: nothing waits for them.

use bytes::Buf;

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

    /// Looks at data that passes. Of data in several pieces the first is seen:
    /// the others cannot be had without taking it.
    pub(crate) fn see(&mut self, data: &impl Buf) {
        let chunk = data.chunk();
        let taken = chunk.len().min(self.most.saturating_sub(self.bytes.len()));
        self.bytes.extend_from_slice(chunk.get(..taken).unwrap_or_default());
        self.is_cut |= taken < data.remaining();
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
    fn of_data_in_pieces_the_first_is_seen() {
        let mut excerpt = Excerpt::new(20);
        excerpt.see(&Buf::chain(&b"first"[..], &b"second"[..]));
        assert_eq!(excerpt.text().as_deref(), Some("first…"));
    }
}
