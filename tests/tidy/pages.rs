//! The pages for users: README.md, the guide and the cookbook. What they show
//! is what the examples and the tests do, and none is too long to be read.

use std::collections::HashMap;

use crate::{
    fences::{Fence, fences},
    prose::documents,
    repository::{files, read, root},
    skeleton::skeleton,
};

const README: &str = "README.md";
const GUIDE: &str = "docs/guide";

/// Pages whose outputs are compared by tests of their own.
const COMPARED_ELSEWHERE: [&str; 5] =
    ["console.md", "detail.md", "formats.md", "in-flight.md", "viewer.md"];

/// Returns the pages for users.
fn pages() -> Vec<String> {
    let mut pages = vec![README.to_owned(), "docs/cookbook.md".to_owned()];
    pages.extend(files(GUIDE, "md"));
    pages
}

#[test]
fn the_readme_has_at_most_120_lines_and_a_page_200() {
    for page in pages() {
        let most = if page == README { 120 } else { 200 };
        let lines = read(&page).lines().count();
        assert!(lines <= most, "{page} has {lines} lines");
    }
}

#[test]
fn each_page_is_in_the_index_of_its_folder() {
    for folder in [GUIDE, "docs/measured"] {
        let index = read(&format!("{folder}/README.md"));
        for page in files(folder, "md") {
            let name = page.rsplit('/').next().unwrap();
            let is_listed = name == "README.md" || index.contains(&format!("({name})"));
            assert!(is_listed, "{page} is not in {folder}/README.md");
        }
    }
}

/// Without a name, cargo opens the first crate of the alphabet. `.ci/docs` looks
/// where this command leads.
#[test]
fn the_documentation_opens_at_the_page_of_the_runtime() {
    let mut commands = 0;
    for document in documents().into_iter().chain(["justfile".to_owned()]) {
        for (line, number) in read(&document).lines().zip(1..) {
            let is_command = line.contains("cargo doc ") && line.contains("--open");
            let is_named = line.contains("cargo doc -p trace-runtime ");
            assert!(!is_command || is_named, "{document}:{number}: opens another page");
            commands += usize::from(is_command);
        }
    }
    assert!(commands >= 2, "the guide and the justfile have no such command");
}

/// `tests/guide` compiles all pages for users, and runs what can be run.
#[test]
fn no_rust_is_shown_that_is_not_compiled() {
    let compiled = pages();
    for document in documents() {
        let text = read(&document);
        for fence in fences(&text).iter().filter(|fence| fence.info.starts_with("rust")) {
            let is_ignored = fence.info.contains("ignore");
            assert!(!is_ignored, "{document}:{}: ignored Rust", fence.line);
            let is_compiled = compiled.contains(&document) || document == "tests/shapes/README.md";
            assert!(is_compiled, "{document}:{}: Rust that nothing compiles", fence.line);
        }
    }
}

#[test]
fn each_example_begins_with_what_to_look_for_and_is_in_the_guide() {
    let (manifest, start) = (read("examples/Cargo.toml"), read("docs/guide/start.md"));
    let mut paths =
        manifest.lines().filter_map(|line| line.strip_prefix("path = \"")?.strip_suffix('"'));
    assert!(paths.clone().count() >= 6);
    for path in &mut paths {
        assert!(read(&format!("examples/{path}")).starts_with("//! "), "{path} has no header");
        let name = path.trim_end_matches("/main.rs").trim_end_matches(".rs");
        assert!(start.contains(&format!("`{name}`")), "{name} is not in docs/guide/start.md");
    }
}

/// A block of lines names the example that writes them: `json messages`. Times,
/// numbers and ids are masked alike.
#[test]
fn lines_shown_are_lines_of_the_examples() {
    let mut written: HashMap<String, Vec<String>> = HashMap::new();
    let mut count = 0;
    for page in pages() {
        let text = read(&page);
        for fence in of_language(&text, "json", &page) {
            let name = fence.word(1).unwrap_or_else(|| no_origin(&page, fence.line));
            let of_example = written.entry(name.to_owned()).or_insert_with(|| {
                read(&format!("examples/{name}.jsonl")).lines().map(skeleton).collect()
            });
            for line in fence.text.lines() {
                assert!(of_example.contains(&skeleton(line)), "{page}: not of {name}: {line}");
                count += 1;
            }
        }
    }
    assert!(count > 10, "only {count} lines were compared");
}

/// Other outputs name the test that compares them, or the example whose `.txt`
/// has them.
#[test]
fn outputs_shown_name_where_they_are_compared() {
    const COMPARED: [&str; 3] = ["spans", "promql", "openmetrics"];
    for page in pages() {
        let text = read(&page);
        for fence in of_language(&text, "text", &page) {
            match fence.word(1) {
                // The commands of the viewer, and how a macro is written.
                None if fence.text.starts_with("$ trace ") || fence.text.starts_with("info!") => {}
                None => no_origin(&page, fence.line),
                Some("testing") => assert_eq!(fence.text, read("examples/testing.txt"), "{page}"),
                Some("logrotate") => assert_eq!(page, "docs/cookbook.md"),
                Some(name) => assert!(COMPARED.contains(&name), "{page}: what is {name}?"),
            }
        }
    }
}

/// Returns the blocks of a language, on a page whose outputs are compared here.
fn of_language<'a>(text: &'a str, language: &str, page: &str) -> Vec<Fence<'a>> {
    if COMPARED_ELSEWHERE.iter().any(|name| page == format!("{GUIDE}/{name}")) {
        return Vec::new();
    }
    fences(text).into_iter().filter(|fence| fence.word(0) == Some(language)).collect()
}

fn no_origin(page: &str, line: usize) -> ! {
    panic!("{page}:{line}: where does this output come from? Name it after the language")
}

/// What the guide says of SIGTERM is what the ends in `tests/faults` try.
#[test]
fn the_recipe_for_sigterm_is_the_one_that_is_tested() {
    let child = read("tests/process/child/ends.rs");
    let (_, recipe) = child.split_once("\nasync fn terminated()").unwrap();
    let (recipe, _) = recipe.split_once("\n}\n").unwrap();
    let page = "docs/guide/output.md";
    assert!(read(page).contains(recipe), "{page} does not say{recipe}");
}

/// `tests/examples.rs` runs it, and compares what it writes.
#[test]
fn the_first_program_of_the_guide_is_an_example() {
    let example = read("examples/service.rs");
    let (_, program) = example.split_once("\n\n").unwrap();
    let page = "docs/guide/start.md";
    let text = read(page);
    let is_there = fences(&text).iter().any(|fence| fence.text == program);
    assert!(is_there, "{page} does not have the program of examples/service.rs");
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
