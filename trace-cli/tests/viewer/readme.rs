//! What README.md and the guide's first page show of the program is what it says
//! of the lines that they show.

use std::{fs, path::Path};

use crate::support::{folder, program};

/// Runs each command of a page over the lines of the page; returns how many
/// there were.
fn compared(page: &str) -> usize {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(page));
    let text = text.unwrap();
    let lines = text.lines().filter(|line| line.starts_with("{\"timestamp\""));
    let log = lines.collect::<Vec<_>>().join("\n");
    let folder = folder(&page.replace('/', "-"));
    fs::write(folder.join("service.log"), log).unwrap();
    let (_, shown) = text.split_once("```text\n$ trace ").unwrap();
    let shown = shown.split("```").next().unwrap();
    let mut count = 0;
    for answer in shown.split("\n$ trace ") {
        let (command, answer) = answer.split_once('\n').unwrap();
        let ran = program().args(command.split(' ')).current_dir(&folder).output().unwrap();
        let said = String::from_utf8(ran.stdout).unwrap();
        assert_eq!(said.trim_end(), answer.trim_end(), "{page}: {command}");
        count += 1;
    }
    count
}

#[test]
fn the_answers_in_the_readme_are_those_of_its_lines() {
    assert_eq!(compared("README.md"), 1);
}

#[test]
fn the_answers_on_the_first_page_are_those_of_its_lines() {
    assert_eq!(compared("docs/guide/start.md"), 1);
}
