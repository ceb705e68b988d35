//! Text as it stands on a line.

use std::{borrow::Cow, fmt};

use crate::json::{members, unescape};

/// Text as it stands on a line: JSON text between its quotes, with escapes.
///
/// # Examples
///
/// ```
/// use std::sync::Mutex;
/// use trace_runtime::{info, observe::{Event, Observe}, testing::Capture};
///
/// static TEXTS: Mutex<[String; 2]> = Mutex::new([String::new(), String::new()]);
///
/// struct Messages;
///
/// impl Observe for Messages {
///     fn event(&self, event: &Event<'_>) {
///         let message = event.message();
///         *TEXTS.lock().unwrap() = [message.as_json().to_owned(), message.to_string()];
///     }
/// }
///
/// Capture::new().observed_by(Messages).run(|| info!("a \"b\""));
/// assert_eq!(*TEXTS.lock().unwrap(), [r#"a \"b\""#, r#"a "b""#]);
/// ```
#[derive(Clone, Copy, Default)]
pub struct Text<'a> {
    json: &'a str,
    has_escapes: bool,
}

impl<'a> Text<'a> {
    /// Takes a JSON string without its quotes.
    #[cfg(test)]
    pub(crate) fn of_json(text: &'a str) -> Self {
        Self { json: text, has_escapes: text.contains('\\') }
    }

    /// Reads the JSON string that the text begins with. Returns its length with
    /// its quotes, too.
    #[inline]
    pub(super) fn first(text: &'a str) -> Option<(Self, usize)> {
        let (len, has_escapes) = members::quoted(text.as_bytes());
        Some((Self { json: text.get(1..len.checked_sub(1)?)?, has_escapes }, len))
    }

    /// Returns the text with its escapes.
    pub fn as_json(&self) -> &'a str {
        self.json
    }

    /// Returns the text, if it has no escapes.
    #[inline]
    pub fn as_plain(&self) -> Option<&'a str> {
        (!self.has_escapes).then_some(self.json)
    }

    /// Returns the text without escapes; borrowed if it has none.
    pub fn to_plain(&self) -> Cow<'a, str> {
        if let Some(plain) = self.as_plain() {
            return Cow::Borrowed(plain);
        }
        let mut plain = Vec::with_capacity(self.json.len());
        self.push_to(&mut plain);
        Cow::Owned(String::from_utf8(plain).unwrap_or_default())
    }

    /// Appends the text without escapes, in UTF-8.
    pub fn push_to(&self, to: &mut Vec<u8>) {
        unescape::push(to, self.json);
    }
}

/// Texts are equal if they stand on the line alike.
impl PartialEq for Text<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.json == other.json
    }
}

impl Eq for Text<'_> {}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.to_plain())
    }
}

impl fmt::Debug for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.to_plain(), f)
    }
}

/// The texts of a JSON array of strings, such as the causes of an error.
#[derive(Clone, Debug, Default)]
pub struct Texts<'a>(&'a str);

impl<'a> Texts<'a> {
    /// Takes a JSON array with its brackets.
    pub(super) fn of_array(array: &'a str) -> Self {
        Self(array.get(1..array.len().saturating_sub(1)).unwrap_or_default())
    }
}

impl<'a> Iterator for Texts<'a> {
    type Item = Text<'a>;

    fn next(&mut self) -> Option<Text<'a>> {
        let start = self.0.strip_prefix(',').unwrap_or(self.0);
        if start.is_empty() {
            return None;
        }
        let (text, len) = Text::first(start)?;
        self.0 = start.get(len..)?;
        Some(text)
    }
}

/// Lines are UTF-8.
pub(super) fn as_text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap_or_default()
}
