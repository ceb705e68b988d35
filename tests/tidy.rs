//! Rules about the repository itself: what its documents say is checked here,
//! so that they cannot rot.

use std::{
    collections::{BTreeSet, HashMap},
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Returns all Rust files below a folder.
fn sources(folder: &str) -> Vec<PathBuf> {
    let (mut folders, mut files) = (vec![root().join(folder)], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// Returns the text of the first block that begins with this fence.
fn block(document: &str, fence: &str) -> String {
    let (_, after) = document.split_once(fence).unwrap_or_else(|| panic!("no {fence}"));
    after.split_once("```").unwrap().0.to_owned()
}

/// Returns the module a file of the runtime belongs to.
fn module_of(file: &Path) -> String {
    let inside = file.strip_prefix(root().join("trace-runtime/src")).unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_str().unwrap();
    first.trim_end_matches(".rs").to_owned()
}

/// Returns what `use crate::…` in this text names, one segment each.
fn imports(source: &str) -> Vec<String> {
    let mut imports = Vec::new();
    for (_, import) in
        source.match_indices("use crate::").map(|(at, use_)| (at, &source[at + use_.len()..]))
    {
        let tree = import.split(';').next().unwrap();
        let inside = tree.strip_prefix('{').and_then(|tree| tree.trim_end().strip_suffix('}'));
        imports.extend(top_level(inside.unwrap_or(tree)));
    }
    imports
}

/// Splits at the commas outside of braces, and keeps what each part begins with.
fn top_level(tree: &str) -> Vec<String> {
    let (mut depth, mut parts) = (0, vec![String::new()]);
    for c in tree.chars() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => parts.push(String::new()),
            _ if depth == 0 => parts.last_mut().unwrap().push(c),
            _ => {}
        }
    }
    let first = |part: &String| part.trim().split([':', ' ']).next().unwrap().to_owned();
    parts.iter().map(first).filter(|part| !part.is_empty()).collect()
}

/// Returns which module each name that the crate's root re-exports is from.
fn re_exports() -> HashMap<String, String> {
    let lib = read("trace-runtime/src/lib.rs");
    let (_, tree) = lib.split_once("pub use crate::{").unwrap();
    let tree = tree.split("};").next().unwrap();
    let mut modules = HashMap::new();
    for line in tree.lines().map(str::trim).filter(|line| line.contains("::")) {
        let (module, names) = line.split_once("::").unwrap();
        for name in names.split(['{', '}', ',', ' ']).filter(|name| !name.is_empty()) {
            modules.insert(name.to_owned(), module.to_owned());
        }
    }
    modules
}

#[test]
fn each_module_imports_only_what_stands_above_it_in_the_architecture() {
    let order: Vec<String> = block(&read("ARCHITECTURE.md"), "```text order\n")
        .lines()
        .map(|line| line.split_whitespace().next().unwrap().to_owned())
        .collect();
    let place = |module: &str| {
        order
            .iter()
            .position(|name| name == module)
            .unwrap_or_else(|| panic!("`{module}` is not in ARCHITECTURE.md"))
    };
    let re_exports = re_exports();
    for file in sources("trace-runtime/src") {
        let module = module_of(&file);
        if module == "lib" || file.ends_with("tests.rs") {
            continue;
        }
        let source = fs::read_to_string(&file).unwrap();
        let source = source.split("#[cfg(test)]\nmod tests").next().unwrap();
        // Macros are text, and name `__private` wherever they are expanded.
        for import in imports(source).iter().filter(|name| !is_macro(name)) {
            let from = re_exports.get(import).unwrap_or(import);
            assert!(
                *from == module || place(from) < place(&module),
                "{}: `{module}` uses `{from}`, which does not stand above it",
                file.display(),
            );
        }
    }
}

fn is_macro(name: &str) -> bool {
    name.starts_with("__") && name != "__private"
}

/// Returns the crates a user of the runtime gets.
fn default_tree() -> BTreeSet<String> {
    tree(&["-p", "trace-runtime"])
}

/// Returns the names of the crates in a tree, without those for development.
fn tree(of: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "-e", "normal", "--prefix", "none", "-f", "{p}"])
        .args(of)
        .current_dir(root())
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).unwrap();
    let name = |line: &str| line.split_whitespace().next().unwrap_or_default().to_owned();
    tree.lines().map(name).filter(|name| !name.is_empty()).collect()
}

#[test]
fn the_default_tree_has_no_logging_framework_and_no_time_formatter() {
    let refused = ["log", "tracing", "tracing-core", "slog", "time", "chrono", "jiff", "humantime"];
    let tree = default_tree();
    for name in refused {
        assert!(!tree.contains(name), "{name} is in the default tree");
    }
}

#[test]
fn the_edge_needs_no_framework() {
    let without = tree(&["-p", "trace-tower", "--no-default-features"]);
    for name in ["axum", "axum-core", "hyper", "tower", "log", "tracing"] {
        assert!(!without.contains(name), "{name} is in the tree without features");
    }
    let with = tree(&["-p", "trace-tower"]);
    for name in ["hyper", "tokio-util", "log", "tracing"] {
        assert!(!with.contains(name), "{name} is in the default tree");
    }
}

#[test]
fn the_readme_says_how_many_crates_a_user_gets() {
    // Ours is the one the user asked for.
    let others = default_tree().len() - 1;
    let expected = format!("{others} crates");
    assert!(
        read("README.md").contains(&expected),
        "README.md does not say {expected}: {:?}",
        default_tree()
    );
}

#[test]
fn the_macros_are_pinned_to_the_runtimes_version() {
    let manifest = read("Cargo.toml");
    let version = manifest.split("version = \"").nth(1).unwrap().split('"').next().unwrap();
    assert!(manifest.contains(&format!(
        "trace-macros = {{ path = \"trace-macros\", version = \"={version}\" }}"
    )));
}

#[test]
fn the_changelog_has_this_version() {
    assert!(read("CHANGELOG.md").contains(&format!("\n## {}", env!("CARGO_PKG_VERSION"))));
}

/// Returns the words of a `const` table in Rust source.
fn words(path: &str, table: &str) -> BTreeSet<String> {
    let source = read(path);
    let (_, after) = source
        .split_once(&format!("const {table}: &[&str] ="))
        .unwrap_or_else(|| panic!("{path} has no table `{table}`"));
    let table = after.split(';').next().unwrap();
    table.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

#[test]
fn macros_and_runtime_reserve_the_same_keys_and_the_readme_has_them() {
    const RUNTIME: &str = "trace-runtime/src/line/keys.rs";
    const MACROS: &str = "trace-macros/src/words/reserved.rs";
    // Kept for what is to come.
    const AHEAD: [&str; 1] = ["detail_dropped"];
    let readme = read("README.md") + &AHEAD.map(|key| format!("`{key}`")).concat();
    for table in ["EVERY_LINE", "SCOPES", "TEXT"] {
        let (runtime, macros) = (words(RUNTIME, table), words(MACROS, table));
        let missing = |from: &BTreeSet<String>, other: &BTreeSet<String>| -> Vec<String> {
            from.difference(other).cloned().collect()
        };
        assert_eq!(missing(&runtime, &macros), [""; 0], "`{table}` of {MACROS} lacks these");
        assert_eq!(missing(&macros, &runtime), [""; 0], "`{table}` of {RUNTIME} lacks these");
        let is_unnamed = |key: &&String| table != "TEXT" && !readme.contains(&format!("`{key}`"));
        let unnamed: Vec<_> = runtime.iter().filter(is_unnamed).collect();
        assert_eq!(unnamed, [""; 0], "README.md does not name these keys of `{table}`");
    }
}

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
