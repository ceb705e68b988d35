//! Links from a line to its place in the code (OSC 8).

use std::{
    env, fmt,
    path::{Path, PathBuf},
    sync::OnceLock,
};

/// What links lead to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Links {
    #[default]
    None,
    /// `file:///shop/src/db.rs`
    File,
    /// `file:///shop/src/db.rs#41`, which kitty opens at that line.
    FileAndLine,
    /// `vscode://file/shop/src/db.rs:41`
    Code,
}

impl Links {
    /// Returns the links that a terminal is known to have. An unknown one may
    /// show them as text, so it gets none.
    pub(super) fn of(set: &dyn Fn(&str) -> Option<String>) -> Self {
        let is_one_of = |name, of: &[&str]| set(name).is_some_and(|it| of.contains(&it.as_str()));
        let term = set("TERM").unwrap_or_default();
        // What stands behind them is not known.
        if term.starts_with("tmux") || term.starts_with("screen") {
            return Self::None;
        }
        let has_links = is_one_of("TERM_PROGRAM", PROGRAMS)
            || TERMS.contains(&&*term)
            || set("VTE_VERSION")
                .is_some_and(|version| version.parse().is_ok_and(|version: u32| version >= 5_000))
            || SESSIONS.iter().any(|name| set(name).is_some());
        if is_one_of("TERM_PROGRAM", &["vscode"]) {
            Self::Code
        } else if term == "xterm-kitty" {
            Self::FileAndLine
        } else if has_links {
            Self::File
        } else {
            Self::None
        }
    }

    /// Returns the address of a line of a file, as the compiler names it; none
    /// if there are no links, or no such file.
    pub(crate) fn to(self, file: &str, line: u32) -> Option<String> {
        if self == Self::None {
            return None;
        }
        let path = found(file)?;
        let path = Encoded(path.to_str()?);
        Some(match self {
            Self::None | Self::File => format!("file://{path}"),
            Self::FileAndLine => format!("file://{path}#{line}"),
            Self::Code => format!("vscode://file{path}:{line}"),
        })
    }
}

/// Values of `TERM_PROGRAM`.
const PROGRAMS: &[&str] =
    &["Hyper", "WezTerm", "ghostty", "iTerm.app", "rio", "terminology", "zed"];

/// Values of `TERM`.
const TERMS: &[&str] = &["alacritty", "alacritty-direct", "foot", "foot-extra", "xterm-ghostty"];

/// Set by `DomTerm`, Konsole and Windows Terminal.
const SESSIONS: &[&str] = &["DOMTERM", "KONSOLE_VERSION", "WT_SESSION"];

/// Returns where a file is. The compiler names those of a workspace from its
/// root, which is not known here: it is searched for once, from the current
/// folder upwards.
fn found(file: &str) -> Option<PathBuf> {
    static ROOT: OnceLock<PathBuf> = OnceLock::new();
    let file = Path::new(file);
    if file.is_absolute() {
        return Some(file.to_owned());
    }
    if let Some(root) = ROOT.get() {
        return Some(root.join(file)).filter(|path| path.exists());
    }
    let root = root_of(file)?;
    Some(ROOT.get_or_init(|| root).join(file))
}

fn root_of(file: &Path) -> Option<PathBuf> {
    let here = env::current_dir().ok()?;
    here.ancestors().find(|folder| folder.join(file).exists()).map(Path::to_owned)
}

/// A path, in which all bytes are escaped that an address cannot have.
struct Encoded<'a>(&'a str);

impl fmt::Display for Encoded<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for byte in self.0.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'-' | b'.' | b'_' | b'~' => {
                    write!(f, "{}", char::from(byte))?;
                }
                _ => write!(f, "%{byte:02X}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_the_file_and_to_its_line_where_that_is_known() {
        let path = "/shop 1/src/\u{1b}é.rs";
        let encoded = "/shop%201/src/%1B%C3%A9.rs";
        assert_eq!(Links::File.to(path, 7).unwrap(), format!("file://{encoded}"));
        assert_eq!(Links::FileAndLine.to(path, 7).unwrap(), format!("file://{encoded}#7"));
        assert_eq!(Links::Code.to(path, 7).unwrap(), format!("vscode://file{encoded}:7"));
        assert_eq!(Links::None.to(path, 7), None);
    }

    #[test]
    fn a_file_of_the_workspace_is_found_and_any_other_has_no_link() {
        let link = Links::File.to(file!(), 1).unwrap();
        assert!(link.starts_with("file:///") && link.ends_with("src/terminal/links.rs"), "{link}");
        assert_eq!(Links::File.to("no/such/file.rs", 1), None);
    }
}
