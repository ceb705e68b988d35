//! How many colours are used: what the environment wishes, and the terminal
//! has.

/// How many colours lines have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Colours {
    #[default]
    None,
    /// Those that each terminal has, as its theme has them.
    Sixteen,
    /// Also the fixed ones of a palette of 256.
    Many,
}

impl Colours {
    /// Returns how many are wished for and there. An empty variable counts as
    /// not set.
    pub(super) fn of(is_terminal: bool, set: &dyn Fn(&str) -> Option<String>) -> Self {
        let are_shown = match wish(set) {
            Wish::Never => false,
            Wish::Always => true,
            Wish::IfThere => is_terminal && has_any(set),
        };
        if are_shown { Self::most(set) } else { Self::None }
    }

    fn most(set: &dyn Fn(&str) -> Option<String>) -> Self {
        let has_palette = set("TERM").is_some_and(|term| term.contains("256color"));
        if has_palette || set("COLORTERM").is_some() { Self::Many } else { Self::Sixteen }
    }
}

/// When colours are wanted.
enum Wish {
    Never,
    IfThere,
    Always,
}

/// Reads the variables that <https://no-color.org> and
/// <https://bixense.com/clicolors> describe.
fn wish(set: &dyn Fn(&str) -> Option<String>) -> Wish {
    let is_zero = |value: String| value == "0";
    if set("NO_COLOR").is_some() {
        Wish::Never
    } else if set("CLICOLOR_FORCE").is_some_and(|value| !is_zero(value)) {
        Wish::Always
    } else if set("CLICOLOR").is_some_and(is_zero) {
        Wish::Never
    } else {
        Wish::IfThere
    }
}

/// Returns whether the kind of terminal has colours. Without a kind, as on
/// Windows, a terminal may show escapes as they are.
fn has_any(set: &dyn Fn(&str) -> Option<String>) -> bool {
    set("TERM").map_or_else(|| set("WT_SESSION").is_some(), |term| term != "dumb")
}
