//! Reads variables of the environment, and keeps what cannot be used.

use std::ffi::OsString;

/// A variable that is not used as it stands, and why. The value is not kept: it
/// may be a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Unused {
    pub(crate) variable: String,
    pub(crate) reason: String,
}

/// The variables of the environment, or of a test.
pub(crate) struct Variables<'a> {
    read: &'a dyn Fn(&str) -> Option<OsString>,
    pub(crate) unused: Vec<Unused>,
}

impl<'a> Variables<'a> {
    pub(crate) fn new(read: &'a dyn Fn(&str) -> Option<OsString>) -> Self {
        Self { read, unused: Vec::new() }
    }

    /// Returns the text of a variable without blanks around it. An empty one is
    /// as if it were not set.
    pub(crate) fn text(&mut self, name: &str) -> Option<String> {
        match (self.read)(name)?.into_string() {
            Ok(text) if text.trim().is_empty() => None,
            Ok(text) => Some(text.trim().to_owned()),
            Err(_) => {
                self.refuse(name, "not UTF-8");
                None
            }
        }
    }

    /// Returns what a variable says. One that cannot be read is noted, and is as
    /// if it were not set.
    pub(crate) fn parsed<T>(
        &mut self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, &'static str>,
    ) -> Option<T> {
        let text = self.text(name)?;
        parse(&text).map_err(|reason| self.refuse(name, reason)).ok()
    }

    pub(crate) fn refuse(&mut self, name: &str, reason: &str) {
        self.unused.push(Unused { variable: name.to_owned(), reason: reason.to_owned() });
    }
}
