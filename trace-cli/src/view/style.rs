//! Colours. They say nothing that a word does not say, too.

use super::screen::Screen;
use crate::line::Outcome;

/// How a text is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Style {
    Plain,
    Bold,
    Dim,
    Red,
    Yellow,
}

impl Style {
    /// The style of what ended so.
    pub(crate) fn of(outcome: Outcome, is_slow: bool) -> Self {
        match outcome {
            Outcome::Error | Outcome::Panicked => Self::Red,
            Outcome::Cancelled => Self::Yellow,
            Outcome::Ok | Outcome::Other if is_slow => Self::Yellow,
            Outcome::Ok | Outcome::Other => Self::Plain,
        }
    }

    fn code(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Bold => Some("1"),
            Self::Dim => Some("2"),
            Self::Red => Some("31"),
            Self::Yellow => Some("33"),
        }
    }
}

/// Adds a text that is safe already to a line.
pub(crate) fn paint(to: &mut String, text: &str, style: Style, screen: &Screen) {
    match style.code().filter(|_| screen.has_colour && !text.trim().is_empty()) {
        Some(code) => {
            for part in ["\x1b[", code, "m", text, "\x1b[0m"] {
                to.push_str(part);
            }
        }
        None => to.push_str(text),
    }
}
