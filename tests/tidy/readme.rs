//! What README.md shows is what the examples and the tests do.

use std::{fs, process::Command};

use crate::repository::{read, root};

#[test]
fn each_example_begins_with_what_to_look_for_and_is_in_the_readme() {
    let (manifest, readme) = (read("examples/Cargo.toml"), read("README.md"));
    let mut paths =
        manifest.lines().filter_map(|line| line.strip_prefix("path = \"")?.strip_suffix('"'));
    assert!(paths.clone().count() >= 6);
    for path in &mut paths {
        assert!(read(&format!("examples/{path}")).starts_with("//! "), "{path} has no header");
        let name = path.trim_end_matches("/main.rs").trim_end_matches(".rs");
        assert!(readme.contains(&format!("`{name}`")), "{name} is not in README.md");
    }
}

#[test]
fn each_example_is_in_the_index_with_its_output() {
    let (manifest, index) = (read("examples/Cargo.toml"), read("examples/README.md"));
    let paths =
        manifest.lines().filter_map(|line| line.strip_prefix("path = \"")?.strip_suffix('"'));
    let mut paths: Vec<_> = paths.collect();
    paths.push("sqlx/main.rs");
    assert!(paths.len() > 6);
    for path in paths {
        assert!(index.contains(&format!("]({path}) |")), "examples/README.md does not list {path}");
    }
    for output in index.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
        assert!(root().join("examples").join(output).exists(), "there is no examples/{output}");
    }
}

/// Lines that README.md shows are lines that an example really writes, with
/// times and ids masked alike.
#[test]
fn lines_shown_in_the_readme_come_from_the_examples() {
    let written: String = ["messages", "hello"]
        .iter()
        .filter_map(|name| fs::read_to_string(root().join(format!("examples/{name}.jsonl"))).ok())
        .collect();
    let shown = read("README.md");
    let shown: Vec<&str> =
        shown.lines().filter(|line| line.starts_with("{\"timestamp\"")).collect();
    assert!(!shown.is_empty());
    for line in shown {
        assert!(written.lines().any(|written| skeleton(written) == skeleton(line)), "{line}");
    }
}

/// What README.md says of SIGTERM is what the ends in `tests/faults` try.
#[test]
fn the_recipe_for_sigterm_is_the_one_that_is_tested() {
    let child = read("tests/process/child/ends.rs");
    let (_, recipe) = child.split_once("\nasync fn terminated()").unwrap();
    let (recipe, _) = recipe.split_once("\n}\n").unwrap();
    assert!(read("README.md").contains(recipe), "README.md does not say{recipe}");
}

/// Blanks out every digit and every hexadecimal id.
fn skeleton(line: &str) -> String {
    let parts = line.split('"').map(|part| {
        let is_hex = part.len() >= 16 && part.chars().all(|c| c.is_ascii_hexdigit());
        let digits = |c: char| if c.is_ascii_digit() { '0' } else { c };
        if is_hex { "ID".to_owned() } else { part.chars().map(digits).collect() }
    });
    let text: Vec<String> = parts.collect();
    let text = text.join("\"");
    // Runs of digits differ in length where times do.
    let mut skeleton = String::with_capacity(text.len());
    for c in text.chars() {
        if c != '0' || !skeleton.ends_with('0') {
            skeleton.push(c);
        }
    }
    skeleton
}

/// The `jq` programs of README.md run over what `messages` wrote.
#[test]
fn jq_programs_in_the_readme_find_something() {
    if Command::new("jq").arg("--version").output().is_err() {
        println!("skipped: there is no jq");
        return;
    }
    let written = read("examples/messages.jsonl");
    let lines: Vec<serde_json::Value> =
        written.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let failed = lines.iter().find(|line| line["outcome"] == "error").unwrap();
    let readme = read("README.md");
    let programs: Vec<&str> = readme.lines().filter(|line| line.starts_with("jq ")).collect();
    assert!(programs.len() >= 4);
    for program in programs {
        let program = with_id(program, failed["trace_id"].as_str().unwrap());
        let program = program.replace("service.log", "examples/messages.jsonl");
        let output =
            Command::new("sh").args(["-c", &program]).current_dir(root()).output().unwrap();
        assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stdout.len() > 10, "{program} finds nothing");
    }
}

/// Puts another id in the place of the one that a program asks for.
fn with_id(program: &str, id: &str) -> String {
    let is_id = |part: &&str| part.len() == 32 && part.chars().all(|c| c.is_ascii_hexdigit());
    match program.split('"').find(is_id) {
        Some(theirs) => program.replace(theirs, id),
        None => program.to_owned(),
    }
}
