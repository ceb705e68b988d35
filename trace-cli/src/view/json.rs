//! Answers as JSON: one object a line.

use std::fmt::Write as _;

use super::safe::is_refused;

/// An object that is being written.
#[derive(Debug)]
pub(crate) struct Object(String);

impl Object {
    pub(crate) fn new() -> Self {
        Self("{".to_owned())
    }

    /// Adds a member whose value is JSON already.
    pub(crate) fn raw(mut self, key: &str, value: &str) -> Self {
        if self.0.len() > 1 {
            self.0.push(',');
        }
        string(&mut self.0, key);
        self.0.push(':');
        self.0.push_str(value);
        self
    }

    pub(crate) fn text(self, key: &str, text: &str) -> Self {
        let mut value = String::new();
        string(&mut value, text);
        self.raw(key, &value)
    }

    /// Adds a text, unless it is empty.
    pub(crate) fn some(self, key: &str, text: &str) -> Self {
        if text.is_empty() { self } else { self.text(key, text) }
    }

    pub(crate) fn number(self, key: &str, number: impl Into<i128>) -> Self {
        self.raw(key, &number.into().to_string())
    }

    /// Adds nanoseconds as milliseconds, without superfluous zeros.
    pub(crate) fn ms(self, key: &str, ns: i64) -> Self {
        self.raw(key, &ms(ns))
    }

    pub(crate) fn flag(self, key: &str, is_so: bool) -> Self {
        if is_so { self.raw(key, "true") } else { self }
    }

    pub(crate) fn list(self, key: &str, items: &[String]) -> Self {
        self.raw(key, &format!("[{}]", items.join(",")))
    }

    /// Returns the object up to the first element of a list that is its last
    /// member.
    pub(crate) fn open(self, key: &str) -> String {
        self.raw(key, "[").0
    }

    pub(crate) fn end(mut self) -> String {
        self.0.push('}');
        self.0
    }
}

/// Returns nanoseconds as milliseconds, exactly.
pub(crate) fn ms(ns: i64) -> String {
    let sign = if ns < 0 { "-" } else { "" };
    let ns = ns.unsigned_abs();
    let text = format!("{sign}{}.{:06}", ns / 1_000_000, ns % 1_000_000);
    let short = text.trim_end_matches('0');
    if short.ends_with('.') { format!("{short}0") } else { short.to_owned() }
}

/// Writes a string with its quotes. What `safe` refuses is escaped.
pub(crate) fn string(to: &mut String, text: &str) {
    to.push('"');
    for c in text.chars() {
        match c {
            '"' => to.push_str("\\\""),
            '\\' => to.push_str("\\\\"),
            c if is_refused(c) => {
                for unit in c.encode_utf16(&mut [0; 2]) {
                    let _ = write!(to, "\\u{unit:04x}");
                }
            }
            c => to.push(c),
        }
    }
    to.push('"');
}
