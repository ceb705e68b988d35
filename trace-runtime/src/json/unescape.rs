//! Turns JSON text between its quotes back into plain text (RFC 8259 §7).

/// Appends `text`, a JSON string without its quotes, and resolves its escapes.
///
/// A lone half of a surrogate pair becomes U+FFFD, and an escape that JSON does
/// not know is copied.
pub(crate) fn push(to: &mut Vec<u8>, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        to.extend_from_slice(&rest.as_bytes()[..at]);
        let taken = push_escape(to, &rest[at..]);
        rest = &rest[at + taken..];
    }
    to.extend_from_slice(rest.as_bytes());
}

/// Appends the character that the escape at the start of `text` stands for.
/// Returns how many bytes the escape takes.
fn push_escape(to: &mut Vec<u8>, text: &str) -> usize {
    let byte = match text.as_bytes().get(1) {
        Some(b'u') => return push_unicode(to, text),
        Some(b'b') => 0x08,
        Some(b'f') => 0x0C,
        Some(b'n') => b'\n',
        Some(b'r') => b'\r',
        Some(b't') => b'\t',
        Some(byte @ (b'"' | b'\\' | b'/')) => *byte,
        Some(_) | None => {
            to.push(b'\\');
            return 1;
        }
    };
    to.push(byte);
    2
}

/// The length of `\u` and its four digits.
const UNICODE: usize = 6;

fn push_unicode(to: &mut Vec<u8>, text: &str) -> usize {
    let Some(first) = unit(text) else {
        to.push(b'\\');
        return 1;
    };
    let second = unit(text.get(UNICODE..).unwrap_or_default());
    let pair = second
        .filter(|second| (0xD800..0xDC00).contains(&first) && (0xDC00..0xE000).contains(second));
    let (code, taken) = match pair {
        Some(second) => (0x1_0000 + ((first - 0xD800) << 10) + (second - 0xDC00), 2 * UNICODE),
        None => (first, UNICODE),
    };
    let character = char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER);
    to.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    taken
}

/// Reads the UTF-16 unit of an escape such as `\u00e9` at the start of `text`.
fn unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let is_hex = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_hex.then(|| u32::from_str_radix(digits, 16).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn unescaped(text: &str) -> String {
        let mut bytes = Vec::new();
        push(&mut bytes, text);
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn each_escape_is_the_character_it_stands_for() {
        for (text, expected) in [
            (r"plain", "plain"),
            (r#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{c}\n\r\t"),
            (r"\u0041\u00e9\u2028", "Aé\u{2028}"),
            (r"\ud83d\ude00!", "😀!"),
            (r"\ud83d!", "\u{fffd}!"),
            (r"\ude00\ud83d", "\u{fffd}\u{fffd}"),
        ] {
            assert_eq!(unescaped(text), expected, "{text}");
        }
    }

    #[test]
    fn text_that_is_no_escape_is_copied() {
        for text in [r"\x", r"\u12", r"\u+123", "\\", r"\u00é1"] {
            assert_eq!(unescaped(text), text);
        }
    }

    proptest! {
        #[test]
        fn what_serde_json_escapes_comes_back(text in any::<String>()) {
            let json = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(unescaped(&json[1..json.len() - 1]), text);
        }

        #[test]
        fn any_text_gives_text(text in any::<String>()) {
            unescaped(&text);
        }
    }
}
