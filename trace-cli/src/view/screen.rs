//! What a picture is made for: its width, and what can be shown.

use std::{borrow::Cow, env};

use super::safe::{ascii, cut, safe};
use crate::zone::Zone;

/// The signs of a picture.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Signs {
    pub(crate) branch: &'static str,
    pub(crate) last: &'static str,
    pub(crate) along: &'static str,
    pub(crate) event: char,
    pub(crate) warning: char,
    /// The end of the request, where something outlived it.
    pub(crate) end: char,
    pub(crate) cut: &'static str,
    pub(crate) placed: &'static str,
    pub(crate) truncated: &'static str,
    pub(crate) times: &'static str,
    pub(crate) cause: &'static str,
    pub(crate) between: &'static str,
}

const UNICODE: Signs = Signs {
    branch: "├ ",
    last: "└ ",
    along: "│ ",
    event: '·',
    warning: '!',
    end: '┊',
    cut: "…",
    placed: "⋯",
    truncated: "✂",
    times: "×",
    cause: "←",
    between: "·",
};

const ASCII: Signs = Signs {
    branch: "|-",
    last: "`-",
    along: "| ",
    event: '.',
    warning: '!',
    end: '|',
    cut: "~",
    placed: "(?)",
    truncated: "(cut)",
    times: "x",
    cause: "<-",
    between: "-",
};

/// What a picture is made for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Screen {
    /// In columns.
    pub(crate) width: usize,
    pub(crate) is_ascii: bool,
    pub(crate) has_colour: bool,
    /// Each of many siblings has a row of its own.
    pub(crate) shows_all: bool,
    /// Fields are shown whole.
    pub(crate) is_verbose: bool,
    /// Of the times.
    pub(crate) zone: Zone,
}

impl Screen {
    /// Where nothing is known of what it is shown on.
    pub(crate) const PLAIN: Self = Self {
        width: 100,
        is_ascii: false,
        has_colour: false,
        shows_all: false,
        is_verbose: false,
        zone: Zone::Utc,
    };

    pub(crate) fn signs(&self) -> &'static Signs {
        if self.is_ascii { &ASCII } else { &UNICODE }
    }

    /// Returns a text of a log as it may be shown.
    pub(crate) fn safe<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match (safe(text), self.is_ascii) {
            (safe, false) => safe,
            (Cow::Borrowed(safe), true) => ascii(safe),
            (Cow::Owned(safe), true) => Cow::Owned(ascii(&safe).into_owned()),
        }
    }

    /// Cuts a text that is safe already.
    pub(crate) fn cut<'a>(&self, text: &'a str, most: usize) -> Cow<'a, str> {
        cut(text, most, self.signs().cut)
    }
}

/// Returns whether the locale says that text is not UTF-8. Where nothing is
/// set, as in containers, it is.
pub(crate) fn is_ascii_locale() -> bool {
    let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set);
    locale.is_some_and(|locale| {
        let locale = locale.to_ascii_lowercase();
        !locale.contains("utf-8") && !locale.contains("utf8")
    })
}
