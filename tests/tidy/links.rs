//! Links of documents: each one leads to a file that is there, and to a heading
//! that it has.

use std::path::{Component, Path, PathBuf};

use crate::{
    fences::fences,
    prose::documents,
    repository::{read, root},
};

/// Pages that are linked to before they are there.
const TO_COME: [&str; 6] = [
    "docs/guide/console.md",
    "docs/guide/detail.md",
    "docs/guide/formats.md",
    "docs/guide/in-flight.md",
    "docs/guide/viewer.md",
    "docs/measured/open-requests.md",
];

#[test]
fn each_link_leads_somewhere() {
    let mut broken = Vec::new();
    for document in documents() {
        for link in links(&read(&document)) {
            if let Err(why) = check(&document, &link) {
                broken.push(format!("{document}: ({link}): {why}"));
            }
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

fn check(document: &str, link: &str) -> Result<(), String> {
    let (path, heading) = link.split_once('#').unwrap_or((link, ""));
    let target = if path.is_empty() { document.to_owned() } else { beside(document, path) };
    if !root().join(&target).exists() {
        let is_to_come = TO_COME.contains(&target.as_str());
        return if is_to_come { Ok(()) } else { Err(format!("there is no {target}")) };
    }
    if heading.is_empty() || anchors(&read(&target)).iter().any(|anchor| anchor == heading) {
        return Ok(());
    }
    Err(format!("{target} has no heading #{heading}"))
}

/// Returns a path from the root of the repository.
fn beside(document: &str, path: &str) -> String {
    let mut target = PathBuf::new();
    for part in Path::new(document).parent().unwrap().join(path).components() {
        match part {
            Component::ParentDir => assert!(target.pop(), "{document}: {path} leaves it"),
            part => target.push(part),
        }
    }
    target.to_str().unwrap().replace('\\', "/")
}

/// Returns the links to files of the repository and to headings.
fn links(document: &str) -> Vec<String> {
    let prose = without_code(document);
    let inline = prose.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    let defined = prose.lines().filter(|line| line.starts_with('['));
    let defined = defined.filter_map(|line| Some(line.split_once("]: ")?.1));
    let is_ours = |link: &&str| !link.contains("://") && !link.starts_with("mailto:");
    inline.chain(defined).filter(is_ours).map(|link| link.trim().to_owned()).collect()
}

/// Returns a document without its blocks of code and what stands in backticks.
fn without_code(document: &str) -> String {
    let mut is_code = false;
    let prose = document.lines().filter(|line| {
        let is_fence = line.trim_start().starts_with("```");
        is_code ^= is_fence;
        !is_code && !is_fence
    });
    prose.map(|line| line.split('`').step_by(2).collect::<String>() + "\n").collect()
}

/// Returns the names by which the headings of a document are linked to.
fn anchors(document: &str) -> Vec<String> {
    let blocks = fences(document);
    let is_code = |number: usize| {
        let within =
            |line: usize, text: &str| (line..=line + text.lines().count()).contains(&number);
        blocks.iter().any(|block| within(block.line, &block.text))
    };
    let lines = document.lines().zip(1..).filter(|(_, number)| !is_code(*number));
    let headings = lines.filter_map(|(line, _)| Some(line.strip_prefix('#')?.trim_matches('#')));
    headings.map(|heading| anchor(heading.trim())).collect()
}

fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn links_are_found_in_prose_alone() {
    let text = "[a](b.md#c) `[x](y)` ![d](e.svg)\n```\n[f](g)\n```\n[h]: i.md\n[j](https://k.l)\n";
    assert_eq!(links(text), ["b.md#c", "e.svg", "i.md"]);
}

#[test]
fn headings_are_linked_to_as_they_are_shown() {
    let text = "# Two words\n```\n# no\n```\n## `a` & b: What's it?\n";
    assert_eq!(anchors(text), ["two-words", "a--b-whats-it"]);
}

#[test]
fn what_is_missing_is_found() {
    assert!(check("README.md", "docs/nothing.md").is_err());
    assert!(check("docs/cookbook.md", "../README.md#nothing").is_err());
    assert_eq!(check("docs/cookbook.md", "../README.md#try-it"), Ok(()));
}
