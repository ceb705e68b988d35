//! The top folder of the repository: it holds what is listed here and the crates,
//! so that no output of a program slips in.

use std::{collections::BTreeSet, process::Command};

use crate::repository::{crates, root};

/// What is there besides the crates that users depend on.
const KNOWN: [&str; 22] = [
    ".ci",
    ".github",
    ".gitignore",
    "ARCHITECTURE.md",
    "CHANGELOG.md",
    "CODE_OF_CONDUCT.md",
    "CONTRIBUTING.md",
    "Cargo.lock",
    "Cargo.toml",
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "README.md",
    "SECURITY.md",
    "benches",
    "clippy.toml",
    "deny.toml",
    "docs",
    "examples",
    "findings",
    "justfile",
    "rustfmt.toml",
    "tests",
];

#[test]
fn the_top_folder_holds_only_what_is_known() {
    let Some(there) = tracked() else {
        return println!("skipped: this is no checkout of git");
    };
    let mut known: BTreeSet<_> = KNOWN.map(str::to_owned).into();
    known.extend(crates());
    let stray: Vec<_> = there.difference(&known).collect();
    assert!(stray.is_empty(), "remove these from the top folder, or list them here: {stray:?}");
    let gone: Vec<_> = known.difference(&there).collect();
    assert!(gone.is_empty(), "listed here, but git does not have them: {gone:?}");
}

/// Returns the names in the top folder that git has.
fn tracked() -> Option<BTreeSet<String>> {
    let git = Command::new("git").args(["ls-files", "-z"]).current_dir(root()).output().ok()?;
    let paths = String::from_utf8(git.stdout).unwrap();
    let first = |path: &str| path.split('/').next().unwrap_or_default().to_owned();
    git.status.success().then(|| paths.split_terminator('\0').map(first).collect())
}
