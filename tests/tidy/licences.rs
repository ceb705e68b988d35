//! What a user gets with our crates, all features and all platforms: under which
//! licences, and which crates it must not hold. `deny.toml` says it, and this
//! holds without cargo-deny.

use std::{
    collections::{BTreeMap, BTreeSet},
    iter::Peekable,
    process::Command,
};

use crate::repository::{crates, read, root};

/// A crate that a user gets.
#[derive(Default)]
struct Package {
    licence: String,
    /// The crates that depend on it.
    users: BTreeSet<String>,
}

/// Returns what a user gets with all of our crates, by name.
fn packages() -> BTreeMap<String, Package> {
    let tree = tree();
    let (mut found, mut above) = (BTreeMap::<String, Package>::new(), Vec::new());
    for line in tree.lines().filter(|line| !line.is_empty()) {
        let at = line.find(|c: char| !c.is_ascii_digit()).unwrap();
        let depth: usize = line[..at].parse().unwrap();
        let (name, licence) = line[at..].split_once('|').unwrap();
        let name = name.split(' ').next().unwrap().to_owned();
        above.truncate(depth);
        let package = found.entry(name.clone()).or_default();
        package.users.extend(above.last().cloned());
        licence.trim_end_matches(" (*)").clone_into(&mut package.licence);
        above.push(name);
    }
    found
}

fn tree() -> String {
    let ours: Vec<_> = crates().into_iter().flat_map(|name| ["-p".to_owned(), name]).collect();
    let output = Command::new(env!("CARGO"))
        .args(["tree", "-e", "no-dev", "--all-features", "--target", "all"])
        .args(["--prefix", "depth", "-f", "{p}|{l}"])
        .args(ours)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Returns the lines of a list in `deny.toml`.
fn list(name: &str) -> Vec<String> {
    let file = read("deny.toml");
    let (_, list) = file.split_once(&format!("\n{name} = [\n")).unwrap();
    let lines = list.lines().take_while(|line| *line != "]").map(str::trim);
    lines.filter(|line| !line.starts_with('#')).map(str::to_owned).collect()
}

/// Returns the texts in quotes of a line.
fn quoted(line: &str) -> Vec<&str> {
    line.split('"').skip(1).step_by(2).collect()
}

#[test]
fn what_a_user_gets_is_under_a_licence_that_is_allowed() {
    let allowed = list("allow");
    let allowed: BTreeSet<_> = allowed.iter().flat_map(|line| quoted(line)).collect();
    let packages = packages();
    assert!(packages.len() > 50);
    for (name, Package { licence, .. }) in &packages {
        assert!(is_allowed(licence, &allowed), "{name} is under {licence:?}");
    }
}

#[test]
fn what_is_banned_is_brought_only_by_those_that_may() {
    let packages = packages();
    for line in list("deny") {
        let quoted = quoted(&line);
        let (banned, wrappers) = quoted.split_first().unwrap();
        let users = packages.get(*banned).into_iter().flat_map(|package| &package.users);
        let others: Vec<_> = users.filter(|it| !wrappers.contains(&it.as_str())).collect();
        assert!(others.is_empty(), "{others:?} bring {banned}");
    }
}

/// Returns whether an expression of SPDX, or the older one with a slash, leaves a
/// choice that is allowed.
fn is_allowed(licence: &str, allowed: &BTreeSet<&str>) -> bool {
    let spaced = licence.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words = spaced.split_whitespace().peekable();
    !licence.is_empty() && any(&mut words, allowed) && words.next().is_none()
}

fn any<'a>(words: &mut Peekable<impl Iterator<Item = &'a str>>, allowed: &BTreeSet<&str>) -> bool {
    let mut is_allowed = all(words, allowed);
    while words.next_if_eq(&"OR").is_some() {
        is_allowed |= all(words, allowed);
    }
    is_allowed
}

fn all<'a>(words: &mut Peekable<impl Iterator<Item = &'a str>>, allowed: &BTreeSet<&str>) -> bool {
    let mut is_allowed = one(words, allowed);
    while words.next_if_eq(&"AND").is_some() {
        is_allowed &= one(words, allowed);
    }
    is_allowed
}

fn one<'a>(words: &mut Peekable<impl Iterator<Item = &'a str>>, allowed: &BTreeSet<&str>) -> bool {
    let mut name = words.next().unwrap_or_default().to_owned();
    if name == "(" {
        let is_allowed = any(words, allowed);
        return words.next() == Some(")") && is_allowed;
    }
    if words.next_if_eq(&"WITH").is_some() {
        name = format!("{name} WITH {}", words.next().unwrap_or_default());
    }
    allowed.contains(name.as_str())
}

#[test]
fn expressions_of_licences_are_read() {
    let allowed = BTreeSet::from(["MIT", "ISC", "A WITH B"]);
    for (licence, expected) in [
        ("MIT", true),
        ("GPL-3.0", false),
        ("", false),
        ("MIT/GPL-3.0", true),
        ("GPL-3.0 OR MIT", true),
        ("MIT AND GPL-3.0", false),
        ("(MIT OR GPL-3.0) AND ISC", true),
        ("(MIT AND GPL-3.0) OR GPL-2.0", false),
        ("A WITH B OR GPL-3.0", true),
        ("A", false),
        ("MIT ISC", false),
    ] {
        assert_eq!(is_allowed(licence, &allowed), expected, "{licence}");
    }
}
