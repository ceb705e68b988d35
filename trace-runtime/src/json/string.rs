//! Escapes strings, at run time and at compile time, by the same rules.
//!
//! The escaped characters are `"`, `\` and U+0000–U+001F, as RFC 8259 §7
//! requires, and those that could rewrite a terminal or a page into which a
//! line is pasted: DEL, C1 (U+0080–U+009F), U+2028, U+2029, the bidirectional
//! controls U+061C, U+200E, U+200F, U+202A–U+202E, U+2066–U+2069, and U+FEFF. All
//! others are copied.

use std::fmt;

use super::cursor::Cursor;

/// One escape sequence, such as `\n` or `\u2028`, and how many bytes it
/// replaces.
struct Escape {
    text: [u8; 6],
    len: usize,
    replaces: usize,
}

const HEX: &[u8; 16] = b"0123456789abcdef";

/// How each byte of UTF-8 is escaped.
///
/// `_` copies it · `u` writes `\u00XX` · `m` starts a longer character whose
/// other bytes decide · any other value writes `\` and that letter.
#[rustfmt::skip]
const ESCAPE: [u8; 256] = {
    const __: u8 = 0;
    const UU: u8 = b'u';
    const MM: u8 = b'm';
    const BS: u8 = b'b';
    const TT: u8 = b't';
    const NN: u8 = b'n';
    const FF: u8 = b'f';
    const RR: u8 = b'r';
    const QU: u8 = b'"';
    const BK: u8 = b'\\';
    [
    //  0   1   2   3   4   5   6   7   8   9   a   b   c   d   e   f
       UU, UU, UU, UU, UU, UU, UU, UU, BS, TT, NN, UU, FF, RR, UU, UU, // 0
       UU, UU, UU, UU, UU, UU, UU, UU, UU, UU, UU, UU, UU, UU, UU, UU, // 1
       __, __, QU, __, __, __, __, __, __, __, __, __, __, __, __, __, // 2
       __, __, __, __, __, __, __, __, __, __, __, __, __, __, __, __, // 3
       __, __, __, __, __, __, __, __, __, __, __, __, __, __, __, __, // 4
       __, __, __, __, __, __, __, __, __, __, __, __, BK, __, __, __, // 5
       __, __, __, __, __, __, __, __, __, __, __, __, __, __, __, __, // 6
       __, __, __, __, __, __, __, __, __, __, __, __, __, __, __, UU, // 7
       __, __, __, __, __, __, __, __, __, __, __, __, __, __, __, __, // 8
       __, __, __, __, __, __, __, __, __, __, __, __, __, __, __, __, // 9
       __, __, __, __, __, __, __, __, __, __, __, __, __, __, __, __, // a
       __, __, __, __, __, __, __, __, __, __, __, __, __, __, __, __, // b
       __, __, MM, __, __, __, __, __, __, __, __, __, __, __, __, __, // c
       __, __, __, __, __, __, __, __, MM, __, __, __, __, __, __, __, // d
       __, __, MM, __, __, __, __, __, __, __, __, __, __, __, __, MM, // e
       __, __, __, __, __, __, __, __, __, __, __, __, __, __, __, __, // f
    ]
};

/// Returns the escape for the character that starts at `at`, if it needs one.
const fn escape_at(bytes: &[u8], at: usize) -> Option<Escape> {
    match ESCAPE[bytes[at] as usize] {
        0 => None,
        b'u' => Some(unicode(bytes[at] as u16, 1)),
        b'm' => escape_of_longer(bytes, at),
        letter => Some(Escape { text: [b'\\', letter, 0, 0, 0, 0], len: 2, replaces: 1 }),
    }
}

const fn escape_of_longer(bytes: &[u8], at: usize) -> Option<Escape> {
    let rest = bytes.len() - at;
    if bytes[at] == 0xC2 {
        return if rest >= 2 && bytes[at + 1] <= 0x9F {
            Some(unicode(bytes[at + 1] as u16, 2))
        } else {
            None
        };
    }
    if bytes[at] == 0xD8 {
        return if rest >= 2 && bytes[at + 1] == 0x9C { Some(unicode(0x061C, 2)) } else { None };
    }
    if rest < 3 {
        return None;
    }
    let code = ((bytes[at] & 0x0F) as u16) << 12
        | ((bytes[at + 1] & 0x3F) as u16) << 6
        | (bytes[at + 2] & 0x3F) as u16;
    match code {
        0x200E | 0x200F | 0x2028..=0x202E | 0x2066..=0x2069 | 0xFEFF => Some(unicode(code, 3)),
        _ => None,
    }
}

const fn unicode(code: u16, replaces: usize) -> Escape {
    Escape {
        text: [
            b'\\',
            b'u',
            HEX[(code >> 12) as usize],
            HEX[(code >> 8 & 0xF) as usize],
            HEX[(code >> 4 & 0xF) as usize],
            HEX[(code & 0xF) as usize],
        ],
        len: 6,
        replaces,
    }
}

/// Text between two constant parts, escaped at compile time.
///
/// `render` needs its length as a constant, so `len` computes that first.
#[derive(Clone, Copy, Debug)]
pub struct Fragment {
    /// Copied unchanged.
    pub before: &'static str,
    /// Escaped.
    pub text: &'static str,
    /// Copied unchanged.
    pub after: &'static str,
}

impl Fragment {
    /// Returns how many bytes `render` writes.
    pub const fn len(&self) -> usize {
        let bytes = self.text.as_bytes();
        let (mut at, mut len) = (0, self.before.len() + self.after.len());
        while at < bytes.len() {
            let (replaces, escaped) = match escape_at(bytes, at) {
                Some(escape) => (escape.replaces, escape.len),
                None => (1, 1),
            };
            at += replaces;
            len += escaped;
        }
        len
    }

    /// Returns whether there is nothing to render.
    pub const fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Writes the fragment into an array of exactly [`len`](Self::len) bytes.
    pub const fn render<const N: usize>(&self) -> [u8; N] {
        let mut out = [0; N];
        let at = copy(&mut out, 0, self.before.as_bytes());
        let at = escape(&mut out, at, self.text.as_bytes());
        copy(&mut out, at, self.after.as_bytes());
        out
    }
}

const fn escape<const N: usize>(out: &mut [u8; N], mut to: usize, bytes: &[u8]) -> usize {
    let mut at = 0;
    while at < bytes.len() {
        if let Some(escape) = escape_at(bytes, at) {
            let (text, _) = escape.text.split_at(escape.len);
            to = copy(out, to, text);
            at += escape.replaces;
        } else {
            out[to] = bytes[at];
            to += 1;
            at += 1;
        }
    }
    to
}

const fn copy<const N: usize>(out: &mut [u8; N], to: usize, text: &[u8]) -> usize {
    let mut at = 0;
    while at < text.len() {
        out[to + at] = text[at];
        at += 1;
    }
    to + at
}

/// Returns how many bytes the character that starts with `first` has.
const fn width(first: u8) -> usize {
    match first {
        0x00..=0x7F => 1,
        0x80..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xFF => 4,
    }
}

/// Returns whether eight bytes are ASCII that needs no escape.
///
/// Checks all eight at once ("eight bytes at once" in `speed-notes.md`). A
/// subtraction is made in each byte. While no byte is smaller than the number
/// subtracted from it, no byte borrows from the next, and the high bits stay
/// clear, as in all ASCII. The first byte that is smaller sets its own high
/// bit.
#[inline]
fn is_clean(bytes: [u8; 8]) -> bool {
    const fn eight(byte: u8) -> u64 {
        u64::from_ne_bytes([byte; 8])
    }
    let bytes = u64::from_ne_bytes(bytes);
    let less_than = |bytes: u64, byte| bytes.wrapping_sub(eight(byte));
    let are = |byte| less_than(bytes ^ eight(byte), 1);
    let high_bits = bytes | less_than(bytes, b' ') | are(b'"') | are(b'\\') | are(0x7F);
    high_bits & eight(0x80) == 0
}

/// Returns whether sixteen bytes are ASCII that needs no escape. There is no
/// branch, so the compiler checks all of them at once.
#[inline]
fn are_clean(bytes: [u8; 16]) -> bool {
    let needs_a_look = |byte: u8| {
        let (quote, backslash) = (byte ^ b'"', byte ^ b'\\');
        let is_plain = b' '..=b'~';
        u8::from(quote.min(backslash) == 0) | u8::from(!is_plain.contains(&byte))
    };
    bytes.into_iter().fold(0, |any, byte| any | needs_a_look(byte)) == 0
}

/// Returns whether all of it is ASCII that needs no escape. Most text is, and
/// can be copied whole.
#[inline]
pub(crate) fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    if let Some(last) = bytes.last_chunk() {
        let mut sixteens = bytes.chunks_exact(16).filter_map(<[u8]>::first_chunk);
        return sixteens.all(|bytes| are_clean(*bytes)) && are_clean(*last);
    }
    match (bytes.first_chunk(), bytes.last_chunk()) {
        (Some(first), Some(last)) => is_clean(*first) && is_clean(*last),
        _ => bytes.iter().all(|byte| ESCAPE[usize::from(*byte)] == 0),
    }
}

/// Returns the last place up to `most` where a character begins or the text ends.
pub(crate) fn char_boundary(text: &str, most: usize) -> usize {
    let most = most.min(text.len());
    (0..=most).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default()
}

/// Appends escaped text at a cursor, up to a length that it never exceeds.
///
/// Text is cut on a character boundary, never inside an escape. After the first
/// text that does not fit, all further text is ignored, so the buffer always
/// holds a prefix of the whole.
#[derive(Debug)]
pub(crate) struct Escaper<'a> {
    to: &'a mut Cursor,
    end: usize,
    cut: bool,
}

impl<'a> Escaper<'a> {
    /// Starts at the cursor, for at most `most` further bytes.
    pub(crate) fn new(to: &'a mut Cursor, most: usize) -> Self {
        let end = to.len().saturating_add(most);
        Self { to, end, cut: false }
    }

    /// Returns whether something did not fit.
    pub(crate) fn is_cut(&self) -> bool {
        self.cut
    }

    /// Appends `text`, escaped.
    pub(crate) fn push(&mut self, text: &str) {
        if text.len() <= self.room() && !self.cut && is_plain(text) {
            self.to.put(text.as_bytes());
        } else {
            self.push_any(text);
        }
    }

    fn push_any(&mut self, text: &str) {
        // No escape is shorter than the character it replaces, so the rest of a
        // long text need not be read.
        let fits = char_boundary(text, self.room());
        self.push_all(&text[..fits]);
        self.cut |= fits < text.len();
    }

    fn push_all(&mut self, text: &str) {
        let bytes = text.as_bytes();
        let (mut clean, mut at) = (0, 0);
        while at < bytes.len() && !self.cut {
            if bytes[at..].first_chunk().is_some_and(|eight| is_clean(*eight)) {
                at += 8;
            } else if ESCAPE[bytes[at] as usize] == 0 {
                at += 1;
            } else if let Some(escape) = escape_at(bytes, at) {
                self.copy(&text[clean..at]);
                self.escape(&escape);
                at += escape.replaces;
                clean = at;
            } else {
                at += width(bytes[at]);
            }
        }
        if !self.cut {
            self.copy(&text[clean..]);
        }
    }

    /// Appends bytes. Invalid UTF-8 becomes U+FFFD.
    pub(crate) fn push_lossy(&mut self, bytes: &[u8]) {
        for chunk in bytes.utf8_chunks() {
            self.push(chunk.valid());
            if !chunk.invalid().is_empty() {
                self.push("\u{FFFD}");
            }
        }
    }

    fn room(&self) -> usize {
        self.end.saturating_sub(self.to.len())
    }

    fn copy(&mut self, clean: &str) {
        let room = self.room();
        if clean.len() <= room {
            self.to.put(clean.as_bytes());
            return;
        }
        let fits = char_boundary(clean, room);
        self.to.put(&clean.as_bytes()[..fits]);
        self.cut = true;
    }

    fn escape(&mut self, escape: &Escape) {
        if self.cut || self.to.len() + escape.len > self.end {
            self.cut = true;
            return;
        }
        self.to.put(&escape.text[..escape.len]);
    }
}

/// Returns an error once the text is cut, so that a formatter with long output
/// stops.
impl fmt::Write for Escaper<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        if self.cut {
            return Err(fmt::Error);
        }
        self.push(text);
        if self.cut { Err(fmt::Error) } else { Ok(()) }
    }
}

/// Returns the longest prefix of escaped `text` that has at most `most` bytes
/// and does not end inside a character or an escape.
pub(crate) fn prefix(text: &[u8], most: usize) -> &[u8] {
    if text.len() <= most {
        return text;
    }
    let mut at = 0;
    loop {
        let step = match text[at..] {
            [b'\\', b'u', ..] => 6,
            [b'\\', ..] => 2,
            [first, ..] => width(first),
            [] => return text,
        };
        if at + step > most {
            return &text[..at];
        }
        at += step;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn escaped(text: &str, most: usize) -> (String, bool) {
        let mut to = Cursor::default();
        let mut escaper = Escaper::new(&mut to, most);
        escaper.push(text);
        let cut = escaper.is_cut();
        (String::from_utf8(to.text().to_vec()).unwrap(), cut)
    }

    fn parsed(escaped: &str) -> String {
        serde_json::from_str(&format!("\"{escaped}\"")).unwrap()
    }

    fn is_dangerous(c: char) -> bool {
        matches!(c,
            '\0'..='\u{1F}' | '\u{7F}'..='\u{9F}' | '\u{61C}' | '\u{200E}' | '\u{200F}'
            | '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
    }

    #[test]
    fn every_code_point_reads_back_and_the_dangerous_ones_are_escaped() {
        for c in '\0'..=char::MAX {
            let text = format!("a{c}b");
            let (escaped, cut) = escaped(&text, 100);
            assert!(!cut);
            assert_eq!(parsed(&escaped), text);
            assert!(!escaped.contains(is_dangerous), "{c:?} passed through");
            let passes = !is_dangerous(c) && !matches!(c, '"' | '\\');
            assert_eq!(escaped == text, passes, "{c:?}");
        }
    }

    #[test]
    fn compile_time_and_run_time_escape_alike() {
        const TEXT: Fragment = Fragment {
            before: "<",
            text: "a\"\\\n\u{1}\u{7f}\u{85}é\u{2028}\u{feff}😀",
            after: ">",
        };
        const BYTES: [u8; TEXT.len()] = TEXT.render();
        let (expected, _) = escaped(TEXT.text, 100);
        assert_eq!(std::str::from_utf8(&BYTES).unwrap(), format!("<{expected}>"));
    }

    #[test]
    fn bytes_that_are_not_utf8_become_the_replacement_character() {
        let mut to = Cursor::default();
        Escaper::new(&mut to, 100).push_lossy(b"a\xFFb\xE2\x80");
        assert_eq!(to.text(), "a\u{FFFD}b\u{FFFD}".as_bytes());
    }

    #[test]
    fn a_byte_that_needs_a_look_is_seen_wherever_it_stands() {
        let needs_a_look = |byte: u8| !byte.is_ascii() || ESCAPE[usize::from(byte)] != 0;
        for around in [b'a', b' ', b'~', b'!', b'#', b']'] {
            for (at, byte) in (0..8).flat_map(|at| (0..=u8::MAX).map(move |byte| (at, byte))) {
                let mut bytes = [around; 8];
                bytes[at] = byte;
                assert_eq!(is_clean(bytes), !needs_a_look(byte), "{byte:#x} at {at}");
                let mut sixteen = [around; 16];
                sixteen[2 * at] = byte;
                assert_eq!(are_clean(sixteen), !needs_a_look(byte), "{byte:#x} at {at}");
            }
        }
    }

    proptest! {
        #[test]
        fn any_text_reads_back(text in any::<String>()) {
            let (escaped, cut) = escaped(&text, usize::MAX);
            prop_assert!(!cut);
            prop_assert_eq!(parsed(&escaped), text);
        }

        #[test]
        fn a_cut_text_is_a_prefix_that_fits(text in "[a\"\\\\\n\u{7f}é\u{2028}😀]{0,40}", most in 0..60usize) {
            let (escaped, cut) = escaped(&text, most);
            prop_assert!(escaped.len() <= most);
            let back = parsed(&escaped);
            prop_assert!(text.starts_with(&back));
            prop_assert_eq!(cut, back != text);
        }

        #[test]
        fn a_prefix_of_escaped_text_is_escaped_text(text in "[a\"\n\u{7f}é\u{2028}😀]{0,40}", most in 0..60usize) {
            let (whole, _) = escaped(&text, usize::MAX);
            let part = prefix(whole.as_bytes(), most);
            prop_assert!(part.len() <= most.min(whole.len()));
            prop_assert!(text.starts_with(&parsed(std::str::from_utf8(part).unwrap())));
        }
    }
}
