//! What a terminal can show: its width, colours, and links to files.
//!
//! Whether lines go to one is asked of the descriptor alone. The environment
//! only decides how they look there.

mod colours;
mod links;
mod stream;
mod width;

use std::env;

pub(crate) use self::{colours::Colours, links::Links, stream::Stream};

/// What lines for people are shown on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Terminal {
    /// The stream that has a width, if it is a terminal.
    stream: Option<Stream>,
    /// The width that the environment sets, for anything else.
    columns: Option<usize>,
    pub(crate) colours: Colours,
    pub(crate) links: Links,
}

impl Terminal {
    /// The width where nothing is known.
    const USUAL: usize = 100;

    /// Below that, not even a time and a level have room.
    const LEAST: usize = 30;

    /// Returns what can be shown on a stream, or on anything else.
    pub(crate) fn of(stream: Option<Stream>) -> Self {
        let stream = stream.filter(|stream| stream.is_terminal());
        Self::with(stream, &|name| env::var(name).ok())
    }

    /// Does the same for a terminal and an environment.
    fn with(stream: Option<Stream>, env: &dyn Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| env(name).filter(|value| !value.is_empty());
        let colours = Colours::of(stream.is_some(), &set);
        let links = if colours == Colours::None { Links::None } else { Links::of(&set) };
        let columns = set("COLUMNS").and_then(|columns| columns.trim().parse().ok());
        Self { stream, columns, colours, links }
    }

    /// Returns how many columns a row has. It is asked for each line, since a
    /// window may be resized.
    pub(crate) fn width(&self) -> usize {
        let width = self.stream.and_then(width::of).or(self.columns);
        width.unwrap_or(Self::USUAL).max(Self::LEAST)
    }
}

#[cfg(test)]
impl Terminal {
    /// A terminal of any width and look.
    pub(crate) fn showing(columns: usize, colours: Colours, links: Links) -> Self {
        Self { stream: None, columns: Some(columns), colours, links }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The look of a terminal, or of something else, where these are set.
    fn look(is_terminal: bool, set: &[(&str, &str)]) -> Terminal {
        let env = |name: &str| {
            set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        };
        Terminal::with(is_terminal.then_some(Stream::Stdout), &env)
    }

    #[test]
    fn the_environment_decides_about_colours_and_never_the_rest() {
        const TERM: (&str, &str) = ("TERM", "xterm");
        let cases: [(bool, &[_], _); 13] = [
            (true, &[TERM], Colours::Sixteen),
            (true, &[("TERM", "xterm-256color")], Colours::Many),
            (true, &[TERM, ("COLORTERM", "truecolor")], Colours::Many),
            (true, &[("TERM", "dumb")], Colours::None),
            (true, &[TERM, ("NO_COLOR", "1")], Colours::None),
            (true, &[TERM, ("NO_COLOR", "")], Colours::Sixteen),
            (true, &[TERM, ("CLICOLOR", "0")], Colours::None),
            (true, &[TERM, ("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")], Colours::None),
            (true, &[("TERM", "dumb"), ("CLICOLOR_FORCE", "1")], Colours::Sixteen),
            (false, &[TERM], Colours::None),
            (false, &[TERM, ("CI", "true")], Colours::None),
            (false, &[TERM, ("CLICOLOR_FORCE", "1")], Colours::Sixteen),
            (false, &[TERM, ("CLICOLOR_FORCE", "0")], Colours::None),
        ];
        for (is_terminal, set, expected) in cases {
            assert_eq!(look(is_terminal, set).colours, expected, "{is_terminal} {set:?}");
        }
    }

    #[test]
    fn the_width_is_what_is_set_or_the_usual_one_and_never_too_small() {
        for (columns, expected) in
            [("", 100), ("72", 72), (" 72 ", 72), ("wide", 100), ("1", 30), ("0", 30)]
        {
            assert_eq!(look(false, &[("COLUMNS", columns)]).width(), expected, "{columns:?}");
        }
        assert_eq!(Terminal::default().width(), 100);
    }

    #[test]
    fn links_are_for_terminals_that_have_them_and_colours() {
        let cases: [(&[_], _); 9] = [
            (&[("VTE_VERSION", "7000")], Links::File),
            (&[("VTE_VERSION", "4900")], Links::None),
            (&[("TERM_PROGRAM", "vscode")], Links::Code),
            (&[("TERM_PROGRAM", "WezTerm")], Links::File),
            (&[("TERM", "xterm-kitty")], Links::FileAndLine),
            (&[("WT_SESSION", "1")], Links::File),
            (&[("TERM", "tmux-256color"), ("VTE_VERSION", "7000")], Links::None),
            (&[("NO_COLOR", "1"), ("TERM_PROGRAM", "vscode")], Links::None),
            (&[], Links::None),
        ];
        for (set, expected) in cases {
            let with_term: Vec<_> = set.iter().copied().chain([("TERM", "xterm")]).collect();
            assert_eq!(look(true, &with_term).links, expected, "{set:?}");
        }
    }
}
