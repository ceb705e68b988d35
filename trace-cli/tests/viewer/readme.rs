//! What README.md shows of the program is what the program says of the lines
//! that README.md shows.

use std::{fs, path::Path};

use crate::support::{folder, program};

#[test]
fn the_answers_in_the_readme_are_those_of_its_lines() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let readme = fs::read_to_string(readme).unwrap();
    let lines = readme.lines().filter(|line| line.starts_with("{\"timestamp\""));
    let log = lines.collect::<Vec<_>>().join("\n");
    let folder = folder("readme");
    fs::write(folder.join("service.log"), log).unwrap();
    let (_, shown) = readme.split_once("```text\n$ trace ").unwrap();
    let shown = shown.split("```").next().unwrap();
    let mut count = 0;
    for answer in shown.split("\n$ trace ") {
        let (command, answer) = answer.split_once('\n').unwrap();
        let ran = program().args(command.split(' ')).current_dir(&folder).output().unwrap();
        let said = String::from_utf8(ran.stdout).unwrap();
        assert_eq!(said.trim_end(), answer.trim_end(), "{command}");
        count += 1;
    }
    assert_eq!(count, 3);
}
