//! Reads files of the repository.

use std::{fs, path::Path};

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

pub(crate) fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Returns the folders of the crates that users depend on.
pub(crate) fn crates() -> Vec<String> {
    let folders = fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().path());
    let crates = folders.filter(|folder| folder.join("Cargo.toml").exists());
    let mut crates: Vec<_> =
        crates.map(|folder| relative(&folder)).filter(|name| name.starts_with("trace-")).collect();
    crates.sort();
    crates
}

/// Returns where the code of those crates is.
pub(crate) fn sources() -> Vec<String> {
    crates().iter().map(|folder| format!("{folder}/src")).collect()
}

/// Returns all files below a folder whose names end in `.<extension>`: their
/// paths, from the root of the repository. Build folders are left out.
pub(crate) fn files(folder: &str, extension: &str) -> Vec<String> {
    let (mut folders, mut files) = (vec![root().join(folder)], Vec::new());
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() && !path.ends_with("target") {
                folders.push(path);
            } else if path.extension().is_some_and(|it| it == extension) {
                files.push(relative(&path));
            }
        }
    }
    files.sort();
    files
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap().to_str().unwrap().replace('\\', "/")
}

/// Returns the text of the first block that begins with this fence.
pub(crate) fn block(document: &str, fence: &str) -> String {
    let (_, after) = document.split_once(fence).unwrap_or_else(|| panic!("no {fence}"));
    after.split_once("```").unwrap().0.to_owned()
}
