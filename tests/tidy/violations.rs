//! What a rule found, and which parts of the repository do not keep it yet.

use std::fmt;

/// Rules that a part of the repository does not keep yet: what they find there
/// is printed, and fails no test. To be emptied; nothing is to be added.
const STILL_TO_DO: &[(Rule, &str)] = &[];

/// A rule that a part of the repository may not keep yet.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Rule {
    Files,
    Folders,
    Keys,
    Order,
    Owners,
    Words,
}

/// One place where a rule is broken.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Violation {
    pub(crate) file: String,
    pub(crate) line: usize,
    pub(crate) what: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.what)
    }
}

/// Fails with all that was found, but for what is still to do.
pub(crate) fn assert_none(rule: Rule, found: &[Violation]) {
    let is_to_do = |violation: &&Violation| {
        STILL_TO_DO.iter().any(|(of, folder)| *of == rule && violation.file.starts_with(folder))
    };
    let (to_do, broken): (Vec<_>, Vec<_>) = found.iter().partition(is_to_do);
    for violation in to_do {
        println!("still to do: {violation}");
    }
    let broken: Vec<_> = broken.iter().map(ToString::to_string).collect();
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}
