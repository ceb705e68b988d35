//! Text as it stands on a line.

use std::{borrow::Cow, fmt};

use crate::json::{members, unescape};

/// Text as it stands on a line: JSON text between its quotes, with escapes.
///
/// # Examples
///
/// ```
/// use trace_runtime::{info, testing::{Capture, Seen}};
///
/// let texts = Seen::event(|event| {
///     let message = event.message();
///     (message.as_json().to_owned(), message.to_string())
/// });
/// Capture::new().observed_by(texts.clone()).run(|| info!("a \"b\""));
/// assert_eq!(texts.values(), [(r#"a \"b\""#.to_owned(), r#"a "b""#.to_owned())]);
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
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{info, testing::{Capture, Seen}};
    ///
    /// // An exporter that writes JSON itself takes the text as it is.
    /// let bodies = Seen::event(|event| format!(r#"{{"body":"{}"}}"#, event.message().as_json()));
    /// Capture::new().observed_by(bodies.clone()).run(|| info!("a \"b\""));
    /// assert_eq!(bodies.values(), [r#"{"body":"a \"b\""}"#]);
    /// ```
    pub fn as_json(&self) -> &'a str {
        self.json
    }

    /// Returns the text, if it has no escapes.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{info, testing::{Capture, Seen}};
    ///
    /// let lengths = Seen::event(|event| event.message().as_plain().map(str::len));
    /// Capture::new().observed_by(lengths.clone()).run(|| {
    ///     info!("ready");
    ///     info!("two\nrows");
    /// });
    /// assert_eq!(lengths.values(), [Some(5), None]);
    /// ```
    #[inline]
    pub fn as_plain(&self) -> Option<&'a str> {
        (!self.has_escapes).then_some(self.json)
    }

    /// Returns the text without escapes; borrowed if it has none.
    ///
    /// # Examples
    ///
    /// ```
    /// use std::borrow::Cow;
    /// use trace_runtime::{info, testing::{Capture, Seen}};
    ///
    /// let texts = Seen::event(|event| {
    ///     let text = event.message().to_plain();
    ///     (matches!(text, Cow::Borrowed(_)), text.into_owned())
    /// });
    /// Capture::new().observed_by(texts.clone()).run(|| {
    ///     info!("ready");
    ///     info!("two\nrows");
    /// });
    /// assert_eq!(texts.values(), [(true, "ready".to_owned()), (false, "two\nrows".to_owned())]);
    /// ```
    pub fn to_plain(&self) -> Cow<'a, str> {
        if let Some(plain) = self.as_plain() {
            return Cow::Borrowed(plain);
        }
        let mut plain = Vec::with_capacity(self.json.len());
        self.push_to(&mut plain);
        Cow::Owned(String::from_utf8(plain).unwrap_or_default())
    }

    /// Appends the text without escapes, in UTF-8.
    ///
    /// # Examples
    ///
    /// ```
    /// use trace_runtime::{info, testing::{Capture, Seen}};
    ///
    /// // A string of a binary format: its length, then its bytes.
    /// let encoded = Seen::event(|event| {
    ///     let mut bytes = vec![0];
    ///     event.message().push_to(&mut bytes);
    ///     bytes[0] = bytes.len() as u8 - 1;
    ///     bytes
    /// });
    /// Capture::new().observed_by(encoded.clone()).run(|| info!("a\nb"));
    /// assert_eq!(encoded.values(), [b"\x03a\nb"]);
    /// ```
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
///
/// # Examples
///
/// ```
/// use std::io;
/// use trace_runtime::{testing::{Capture, Seen}, timed};
///
/// #[timed]
/// fn load() -> Result<(), anyhow::Error> {
///     let error = anyhow::Error::from(io::Error::other("disk gone"));
///     Err(error.context("no index").context("no order"))
/// }
///
/// let causes = Seen::closed(|closed| {
///     closed.error_chain().map(|cause| cause.to_string()).collect::<Vec<_>>()
/// });
/// let _ = Capture::new().observed_by(causes.clone()).run(load);
/// assert_eq!(causes.values()[0], ["no index", "disk gone"]);
/// ```
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
