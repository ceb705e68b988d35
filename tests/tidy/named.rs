//! What the guide has to name: the options of the attributes, the settings of
//! the output and of the layers, and no example that is not there.

use std::collections::BTreeSet;

use crate::{
    prose::documents,
    repository::{files, read, root},
};

fn guide() -> String {
    files("docs/guide", "md").iter().map(|page| read(page)).collect()
}

/// Returns the public functions of a file, without those that are hidden.
fn functions(file: &str) -> BTreeSet<String> {
    let (text, mut is_hidden) = (read(file), false);
    let mut functions = BTreeSet::new();
    for line in text.lines().map(str::trim_start) {
        is_hidden |= line.starts_with("#[doc(hidden)]");
        let head = line.strip_prefix("pub ").map(|head| head.trim_start_matches("const "));
        if let Some(head) = head.and_then(|head| head.strip_prefix("fn ")) {
            let name = head.split(['(', '<']).next().unwrap_or_default();
            functions.extend((!is_hidden).then(|| name.to_owned()));
            is_hidden = false;
        }
    }
    functions
}

#[test]
fn each_setting_is_named_in_the_guide() {
    let guide = guide();
    for file in [
        "trace-runtime/src/builder/build.rs",
        "trace-runtime/src/builder/process.rs",
        "trace-runtime/src/writer/mode.rs",
        "trace-tower/src/layer.rs",
        "trace-tower/src/propagate/layer.rs",
        "trace-tower/src/trust.rs",
    ] {
        let functions = functions(file);
        assert!(!functions.is_empty(), "{file} has none");
        let is_unnamed = |name: &&String| !guide.contains(&format!("{name}("));
        let unnamed: Vec<_> = functions.iter().filter(is_unnamed).collect();
        assert!(unnamed.is_empty(), "the guide does not name these of {file}: {unnamed:?}");
    }
}

#[test]
fn each_option_is_named_in_the_guide() {
    let (guide, names) = (guide(), read("trace-macros/src/options/names.rs"));
    for list in ["OF_TRACED_HANDLER", "OF_TIMED"] {
        let (_, after) = names.split_once(&format!("const {list}: &[&str] = &[")).unwrap();
        for option in after.split(']').next().unwrap().split('"').skip(1).step_by(2) {
            let is_named =
                [" = ", "(", "`"].iter().any(|end| guide.contains(&format!("`{option}{end}")));
            assert!(is_named, "the guide does not name the option {option}");
        }
    }
}

#[test]
fn each_example_that_a_page_names_is_there() {
    let is_there = |name: &str| {
        let paths = ["examples", "trace-tower/examples"]
            .iter()
            .flat_map(|folder| [format!("{folder}/{name}.rs"), format!("{folder}/{name}/main.rs")]);
        paths.into_iter().any(|path| root().join(path).exists())
    };
    let mut count = 0;
    for document in documents() {
        let text = read(&document);
        for after in text.split("--example ").skip(1) {
            let name = after.split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap();
            assert!(name == "NAME" || is_there(name), "{document}: there is no example {name}");
            count += 1;
        }
    }
    assert!(count > 5, "only {count} were found");
}
